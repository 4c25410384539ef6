package dev.mlops.predictions;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.predictions.LabelTable.Known;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The columns of a query's pages, and how they are made of the columns of segments. */
final class PageColumns {
  static final String MODEL = "model";

  private static final String SERVED = "served.";

  private static final List<Field> LOG =
      List.of(
          Field.of("id", DataType.STRING),
          Field.of(MODEL, DataType.STRING),
          Field.of("version", DataType.STRING),
          Field.of("variant", DataType.STRING),
          Field.of("time", DataType.INSTANT),
          Field.of("entity", DataType.STRING).orNull(),
          Field.of("score", DataType.FLOAT64),
          Field.of("latency_us", DataType.INT64),
          Field.of("outcome", DataType.STRING),
          Field.of("trace", DataType.STRING).orNull());
  private static final List<Field> LABEL =
      List.of(
          Field.of("label", DataType.FLOAT64).orNull(),
          Field.of("label_text", DataType.STRING).orNull(),
          Field.of("label_time", DataType.INSTANT).orNull());

  /** What is made of the stored column of a name. */
  private record Source(String stored, Field field) {}

  private final List<Source> sources = new ArrayList<>();
  private final Schema stored;
  private final Schema schema;

  /**
   * Chooses the columns.
   *
   * @param shape of all segments that the query meets
   */
  PageColumns(PredictionQuery query, Shape shape) {
    for (Field field : LOG) {
      sources.add(new Source(field.name().equals("latency_us") ? "latency" : field.name(), field));
    }
    Set<String> names = new HashSet<>();
    LOG.forEach(field -> names.add(field.name()));
    LABEL.forEach(field -> names.add(field.name()));
    if (query.hasServed()) {
      Shape.SERVED_FIELDS.forEach(
          field -> addServed(field.name(), SERVED, Shape.SERVED, field.dataType(), names));
    }
    List<Source> features = new ArrayList<>();
    shape
        .columns()
        .forEach(
            (name, type) ->
                add(query, name, type == null ? DataType.FLOAT64 : type, names, features));
    features.forEach(feature -> requireFree(feature, names));
    sources.addAll(features);
    this.stored = storedSchema();
    this.schema = pageSchema();
  }

  private void add(
      PredictionQuery query, String name, DataType type, Set<String> names, List<Source> features) {
    if (name.startsWith(Shape.FEATURE)) {
      if (query.hasFeatures()) {
        String feature = query.featurePrefix() + name.substring(Shape.FEATURE.length());
        features.add(new Source(name, Field.of(feature, type).orNull()));
      }
    } else if (name.startsWith(Shape.REQUEST)) {
      if (query.hasServed()) {
        addServed(name, SERVED + "request.", Shape.REQUEST, type, names);
      }
    } else if (name.startsWith(Shape.ABSENT)) {
      if (query.hasServed()) {
        addServed(name, SERVED + "absent.", Shape.ABSENT, type, names);
      }
    } else if (query.hasOutputs() && isOutput(name)) {
      String output = output(name);
      names.add(output);
      sources.add(new Source(name, Field.of(output, type).orNull()));
    }
  }

  private void addServed(
      String stored, String prefix, String storedPrefix, DataType type, Set<String> names) {
    String name = prefix + stored.substring(storedPrefix.length());
    names.add(name);
    sources.add(new Source(stored, Field.of(name, type).orNull()));
  }

  private static boolean isOutput(String name) {
    return name.equals(Shape.OUTPUT)
        || name.startsWith(Shape.CLASS)
        || name.startsWith(Shape.VECTOR);
  }

  private static String output(String stored) {
    if (stored.startsWith(Shape.CLASS)) {
      return Shape.OUTPUT + "." + stored.substring(Shape.CLASS.length());
    }
    return stored.startsWith(Shape.VECTOR)
        ? Shape.OUTPUT + "[" + stored.substring(Shape.VECTOR.length()) + "]"
        : Shape.OUTPUT;
  }

  private static void requireFree(Source feature, Set<String> names) {
    if (!names.add(feature.field.name())) {
      throw new InvalidInputException(
          "the feature '"
              + feature.stored.substring(Shape.FEATURE.length())
              + "' has the name of a column of the log; ask with featurePrefix(\"feature.\")");
    }
  }

  private Schema storedSchema() {
    List<Field> fields = new ArrayList<>();
    for (Source source : sources) {
      fields.add(new Field(source.stored, source.field.dataType(), source.field.nullable()));
    }
    return Schema.of(fields);
  }

  private Schema pageSchema() {
    List<Field> fields = new ArrayList<>();
    sources.forEach(source -> fields.add(source.field));
    fields.addAll(LOG.size(), LABEL);
    return Schema.of(fields);
  }

  /**
   * Returns the columns that a segment gives to a page, under the names that they are stored by.
   */
  Dataset chosen(String model, Dataset records) {
    @Nullable String[] models = new String[records.rowCount()];
    Arrays.fill(models, model);
    Dataset all = records.withColumn(MODEL, Column.strings(Arrays.asList(models)));
    List<Column> columns = new ArrayList<>();
    stored.fields().forEach(field -> columns.add(Shape.column(all, field)));
    return Dataset.of(stored, columns);
  }

  Schema schema() {
    return schema;
  }

  /** Puts the labels of some rows beside them. */
  Dataset page(Dataset rows, Map<String, Known> labels, boolean labelledOnly) {
    Labelled labelled = new Labelled(rows, labels);
    List<Column> columns = new ArrayList<>();
    stored.names().forEach(name -> columns.add(rows.column(name)));
    columns.addAll(LOG.size(), labelled.columns());
    Dataset page = Dataset.of(schema, columns);
    return labelledOnly ? page.where(labelled.present) : page;
  }

  private static final class Labelled {
    private final BitSet present = new BitSet();
    private final BitSet numbered = new BitSet();
    private final double[] numbers;
    private final long[] times;
    private final @Nullable String[] texts;

    Labelled(Dataset rows, Map<String, Known> labels) {
      numbers = new double[rows.rowCount()];
      times = new long[rows.rowCount()];
      texts = new String[rows.rowCount()];
      Column.OfString ids = rows.strings("id");
      for (int row = 0; row < times.length && !labels.isEmpty(); row++) {
        Known known = labels.get(String.valueOf(ids.get(row)));
        if (known != null) {
          present.set(row);
          times[row] = known.time();
          texts[row] = known.text();
          Double number = known.number();
          numbered.set(row, number != null);
          numbers[row] = number == null ? 0 : number;
        }
      }
    }

    List<Column> columns() {
      return List.of(
          Column.doubles(numbers, numbered),
          Column.strings(Arrays.asList(texts)),
          Column.instantsOfMicros(times, present));
    }
  }
}
