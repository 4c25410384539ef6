package dev.mlops.serving;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.Elements;
import dev.mlops.error.Once;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model for data larger than memory: it takes batches and gives batches, of the columns that are
 * kept and of its answers.
 *
 * <pre>{@code
 * BatchPrediction late =
 *     BatchPrediction.of(model::predict)
 *         .features("traffic", "wind")
 *         .keep("flight")
 *         .output("late", 1);
 * ArrowFile.write(late.predict(flights), file);
 * }</pre>
 *
 * <p>Immutable, and safe for use by many threads if the predictor is. It closes no predictor: who
 * opens, closes.
 */
public final class BatchPrediction {

  private final Predictor<? super Dataset, ? extends Column> predictor;
  private final @Nullable List<String> features;
  private final @Nullable List<String> kept;
  private final List<PredictedColumn> outputs;

  private BatchPrediction(
      Predictor<? super Dataset, ? extends Column> predictor,
      @Nullable List<String> features,
      @Nullable List<String> kept,
      List<PredictedColumn> outputs) {
    this.predictor = predictor;
    this.features = features;
    this.kept = kept;
    this.outputs = List.copyOf(outputs);
    PredictedBatch.requireOtherNames(kept == null ? List.of() : kept, outputs);
  }

  /**
   * Takes a predictor that answers a whole batch at once, such as {@code model::predict} of an ONNX
   * model.
   *
   * @param predictor makes of the features of some rows a column with an answer for each, in their
   *     order
   * @return a prediction without outputs; say which by {@link #output(Field)}
   */
  public static BatchPrediction of(Predictor<? super Dataset, ? extends Column> predictor) {
    requireNonNull(predictor, "predictor");
    return new BatchPrediction(predictor, null, null, List.of());
  }

  /**
   * Takes a predictor that answers one row with a number, such as a rule in Java.
   *
   * @param predictor makes of a row's features a number; what it throws is told with the row
   * @return a prediction whose answers are {@link DataType#FLOAT64}, without outputs; say which by
   *     {@link #output(Field)}
   */
  public static BatchPrediction ofRows(Predictor<? super Row, Double> predictor) {
    requireNonNull(predictor, "predictor");
    return of(batch -> PredictedBatch.rowByRow(predictor, batch));
  }

  /**
   * Says which columns the predictor is given.
   *
   * @param columns their names, in the order in which the model takes them; all columns of the
   *     batches, unless said otherwise
   * @return a copy with the features
   * @throws IllegalStateException if they are already said
   * @throws IllegalArgumentException if there is none
   */
  public BatchPrediction features(String... columns) {
    List<String> names = Once.set("features", features, Elements.copy(columns, "columns"));
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a prediction needs at least one feature");
    }
    return new BatchPrediction(predictor, names, kept, outputs);
  }

  /**
   * Says which columns go through unchanged, before the outputs: an id, a time, what is compared
   * with the answers later.
   *
   * @param columns their names in the order wanted; none, unless said otherwise
   * @return a copy that keeps them
   * @throws IllegalStateException if they are already said
   * @throws IllegalArgumentException if an output has the same name
   */
  public BatchPrediction keep(String... columns) {
    return new BatchPrediction(
        predictor, features, Once.set("keep", kept, Elements.copy(columns, "columns")), outputs);
  }

  /**
   * Adds the answers as they are.
   *
   * @param field what the column is called, its type, which must be that of the answers, and
   *     whether answers may be null
   * @return a copy with one output more
   * @throws IllegalArgumentException if another column of the result has the same name
   */
  public BatchPrediction output(Field field) {
    requireNonNull(field, "field");
    return with(new PredictedColumn(field, PredictedColumn.WHOLE));
  }

  /**
   * Adds one number of answers that are vectors, as a column of {@link DataType#FLOAT32}: the
   * probability of one class.
   *
   * @param name what the column is called
   * @param place where the number is in each vector, from 0
   * @return a copy with one output more
   * @throws IllegalArgumentException if another column of the result has the same name, or the
   *     place is negative
   */
  public BatchPrediction output(String name, int place) {
    if (place < 0) {
      throw new IllegalArgumentException("a place in a vector must not be negative: " + place);
    }
    return with(new PredictedColumn(Field.of(name, DataType.FLOAT32), place));
  }

  private BatchPrediction with(PredictedColumn output) {
    List<PredictedColumn> all = new ArrayList<>(outputs);
    all.add(output);
    return new BatchPrediction(predictor, features, kept, all);
  }

  /**
   * Predicts for each batch when it is asked for. Only one batch is in memory; batches, rows and
   * their order are those of the input.
   *
   * <p>A batch for which the predictor fails, or whose answers are not a row for a row and of the
   * declared type, is an {@link dev.mlops.error.MlopsException} that names the batch and its rows,
   * counted from 0 (an {@link dev.mlops.error.InvalidInputException} if the data are to blame); the
   * iteration is over then. Repeatable if the input is.
   *
   * @param rows the features, and what is kept
   * @return the kept columns, then the outputs; closing them closes {@code rows}, and the predictor
   *     must be open until they have been read
   * @throws IllegalStateException if there is no output
   * @throws dev.mlops.error.NotFoundException if a column is not in the batches, naming those that
   *     are
   */
  public Batches predict(Batches rows) {
    requireNonNull(rows, "rows");
    Supplier<PredictedBatch> each = each(rows.schema());
    return rows.mapWithState(result(rows.schema()), () -> each.get()::next);
  }

  /**
   * Predicts for one dataset, such as one batch of many.
   *
   * <p>What the predictor throws comes out as it is.
   *
   * @param rows the features, and what is kept
   * @return the kept columns, then the outputs; as many rows, in their order
   * @throws IllegalStateException if there is no output
   * @throws dev.mlops.error.NotFoundException if a column is not among the rows, naming those that
   *     are
   * @throws dev.mlops.error.MlopsException if the answers are not a row for a row and of the
   *     declared type
   */
  public Dataset predict(Dataset rows) {
    requireNonNull(rows, "rows");
    return each(rows.schema()).get().predict(rows);
  }

  private Schema result(Schema rows) {
    if (outputs.isEmpty()) {
      throw new IllegalStateException(
          "a prediction without an output gives nothing; name one by output(name, place) or"
              + " output(field)");
    }
    List<Field> fields = new ArrayList<>(beside(rows).fields());
    outputs.forEach(output -> fields.add(output.field()));
    return Schema.of(fields);
  }

  /** Finds the columns before anything is read. */
  private Supplier<PredictedBatch> each(Schema rows) {
    Schema result = result(rows);
    String[] asked = names((features == null ? rows : rows.select(names(features))).names());
    String[] beside = names(beside(rows).names());
    return () -> new PredictedBatch(predictor, asked, beside, outputs, result);
  }

  private Schema beside(Schema rows) {
    return rows.select(names(kept == null ? List.of() : kept));
  }

  private static String[] names(List<String> names) {
    return names.toArray(String[]::new);
  }

  /** Returns what is given and what is made of it in one line. */
  @Override
  public String toString() {
    return "prediction of "
        + outputs.stream().map(output -> output.field().name()).toList()
        + " from "
        + (features == null ? "all columns" : features);
  }
}
