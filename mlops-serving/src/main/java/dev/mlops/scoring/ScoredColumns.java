package dev.mlops.scoring;

import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.Once;
import dev.mlops.serving.BatchPrediction;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns are read and which come out. What was not said is null.
 *
 * @param outputs what the results have of the answers
 */
record ScoredColumns(
    @Nullable List<String> features,
    @Nullable String id,
    @Nullable List<String> kept,
    List<Output> outputs,
    @Nullable String score) {

  static final ScoredColumns NONE = new ScoredColumns(null, null, null, List.of(), null);

  private static final Set<DataType> SCORES =
      Set.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT64);

  /** A column of the results: the answers, or the number at a place of each. */
  record Output(Field field, int place) {

    static final int WHOLE = -1;

    @Override
    public String toString() {
      return place == WHOLE ? field.toString() : field + " at " + place;
    }
  }

  ScoredColumns features(List<String> columns) {
    return new ScoredColumns(Once.set("features", features, columns), id, kept, outputs, score);
  }

  ScoredColumns id(String column) {
    return new ScoredColumns(features, Once.set("id", id, column), kept, outputs, score);
  }

  ScoredColumns keep(List<String> columns) {
    return new ScoredColumns(features, id, Once.set("keep", kept, columns), outputs, score);
  }

  ScoredColumns output(Output output) {
    List<Output> all = new ArrayList<>(outputs);
    all.add(output);
    return new ScoredColumns(features, id, kept, List.copyOf(all), score);
  }

  ScoredColumns score(String output) {
    return new ScoredColumns(features, id, kept, outputs, Once.set("score", score, output));
  }

  /** Takes the options over; throws if two columns of the results would have one name. */
  BatchPrediction of(BatchPrediction prediction) {
    BatchPrediction all =
        features == null ? prediction : prediction.features(features.toArray(String[]::new));
    all = all.keep(beside().toArray(String[]::new));
    for (Output output : outputs) {
      all =
          output.place() == Output.WHOLE
              ? all.output(output.field())
              : all.output(output.field().name(), output.place());
    }
    return all;
  }

  List<String> featuresOrNone() {
    return features == null ? List.of() : features;
  }

  /** The columns of the input that go into the results. */
  List<String> beside() {
    List<String> beside = new ArrayList<>(kept == null ? List.of() : kept);
    if (id != null) {
      beside.remove(id);
      beside.add(0, id);
    }
    return beside;
  }

  /** The columns of the input that are read. */
  List<String> read() {
    Set<String> read = new LinkedHashSet<>(beside());
    read.addAll(featuresOrNone());
    return List.copyOf(read);
  }

  /** The columns of the results. */
  Schema result(Schema input) {
    List<Field> fields = new ArrayList<>(input.select(beside().toArray(String[]::new)).fields());
    outputs.forEach(output -> fields.add(output.field()));
    return Schema.of(fields);
  }

  /** The outputs that can be a score. */
  List<String> numbers() {
    return outputs.stream()
        .map(Output::field)
        .filter(field -> SCORES.contains(field.dataType()))
        .map(Field::name)
        .toList();
  }

  /** The output that the log keeps as the score; null if it is not clear which. */
  @Nullable String scored() {
    List<String> numbers = numbers();
    if (score != null) {
      return numbers.contains(score) ? score : null;
    }
    return numbers.size() == 1 ? numbers.get(0) : null;
  }

  @Override
  public String toString() {
    return "features %s, id %s, kept %s, outputs %s"
        .formatted(
            featuresOrNone(), id == null ? "none" : id, kept == null ? List.of() : kept, outputs);
  }
}
