package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Questions, and the answers that the trained model gave when it was packaged.
 *
 * <p>Two numbers {@code a} and {@code b} count as the same if {@code |a - b| <= tolerance * max(1,
 * |a|)}, {@code a} being the stored one: an absolute distance for small numbers, a relative one for
 * large. NaN is the same as NaN only, an infinity as itself only. Other values must be equal.
 * Immutable.
 */
public final class GoldenPredictions {

  private final Dataset inputs;
  private final Dataset outputs;
  private final double tolerance;

  private GoldenPredictions(Dataset inputs, Dataset outputs, double tolerance) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.tolerance = tolerance;
  }

  /**
   * Keeps given questions and answers.
   *
   * @param inputs at least one row
   * @param outputs the answer to each row of the inputs
   * @param tolerance at least 0, finite
   * @return the golden predictions
   */
  public static GoldenPredictions of(Dataset inputs, Dataset outputs, double tolerance) {
    requireNonNull(inputs, "inputs");
    requireNonNull(outputs, "outputs");
    if (inputs.rowCount() == 0 || inputs.rowCount() != outputs.rowCount()) {
      throw new IllegalArgumentException(
          "golden predictions need as many answers as questions, and at least one: "
              + Plural.of(inputs.rowCount(), "input")
              + ", "
              + Plural.of(outputs.rowCount(), "output"));
    }
    if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
      throw new IllegalArgumentException(
          "tolerance must be finite and at least 0: " + Exactly.number(tolerance));
    }
    return new GoldenPredictions(inputs, outputs, tolerance);
  }

  /**
   * Asks the trained model, in the library that trained it, and keeps its answers. Features and
   * answers have names here and no order, so an export that takes them in another order, or that
   * lost the scaling before the model, shows when its answers are compared with these.
   *
   * @param signature names the features to keep, and the answers
   * @param rows at least one row with those features
   * @param trained takes a row, with all its columns, and gives the answers by name: a {@link
   *     Number} for a column of numbers, {@code float[]} for a vector, {@link Boolean} or {@link
   *     String}; not the exported file, which cannot contradict itself
   * @param tolerance at least 0, finite; float and double arithmetic differ by about 1e-6
   * @return the golden predictions
   * @throws IllegalArgumentException if there is no row, or the answers are not those of the
   *     signature
   */
  public static GoldenPredictions fromTrainer(
      ModelSignature signature,
      Dataset rows,
      Function<Row, ? extends Map<String, ?>> trained,
      double tolerance) {
    Objects.requireNonNull(signature, "signature");
    Dataset.Builder answers = Dataset.builder(signature.outputs());
    for (Row row : rows) {
      answers.row(TrainerAnswers.cells(trained.apply(row), signature.outputs()));
    }
    Dataset inputs = rows.select(signature.inputs().names().toArray(String[]::new));
    return of(inputs, answers.build(), tolerance);
  }

  /**
   * Returns the questions.
   *
   * @return one row each
   */
  public Dataset inputs() {
    return inputs;
  }

  /**
   * Returns the answers.
   *
   * @return a row for each of the inputs
   */
  public Dataset outputs() {
    return outputs;
  }

  /**
   * Returns how far two numbers may lie apart.
   *
   * @return at least 0
   */
  public double tolerance() {
    return tolerance;
  }

  /**
   * Asks a model that takes and gives numbers.
   *
   * @param model takes a row's features in the order of the inputs, vectors laid out and null as
   *     NaN, and gives its answers in the order of the outputs
   * @return whether it answers as it did
   * @throws IllegalArgumentException if a feature is a text or a time, or the model answers too
   *     many or too few numbers
   */
  public GoldenCheck replay(Function<float[], float[]> model) {
    Objects.requireNonNull(model, "model");
    return compared(asked(inputs, model, outputs.schema()));
  }

  /**
   * Asks a model that takes and gives tables.
   *
   * @param model takes the inputs and gives a table with at least the columns of the outputs, such
   *     as {@code runner::answer} of a {@link dev.mlops.models.ModelRunner}
   * @return whether it answers as it did
   * @throws IllegalArgumentException if the answer has another number of rows
   */
  public GoldenCheck replayTable(Function<Dataset, Dataset> model) {
    Objects.requireNonNull(model, "model");
    Dataset actual = model.apply(inputs).select(outputs.schema().names().toArray(String[]::new));
    if (actual.rowCount() != inputs.rowCount()) {
      throw new IllegalArgumentException(
          "the model answered " + Plural.of(actual.rowCount(), "row") + " to " + inputs.rowCount());
    }
    return compared(actual);
  }

  private static Dataset asked(Dataset inputs, Function<float[], float[]> model, Schema outputs) {
    Dataset.Builder answers = Dataset.builder(outputs);
    for (Row row : inputs) {
      answers.row(RowNumbers.unpack(model.apply(RowNumbers.pack(row)), outputs));
    }
    return answers.build();
  }

  private GoldenCheck compared(Dataset actual) {
    double largest = 0;
    for (int i = 0; i < outputs.rowCount(); i++) {
      double difference = difference(outputs.row(i), actual.row(i));
      if (!(difference <= tolerance)) {
        return new GoldenCheck.Differs(
            i, values(inputs.row(i)), values(outputs.row(i)), values(actual.row(i)), tolerance);
      }
      largest = Math.max(largest, difference);
    }
    return new GoldenCheck.Same(outputs.rowCount(), tolerance, largest);
  }

  private static double difference(Row expected, Row actual) {
    double largest = 0;
    for (String name : expected.schema().names()) {
      largest = Math.max(largest, difference(expected.value(name), actual.value(name)));
    }
    return largest;
  }

  private static double difference(@Nullable Object expected, @Nullable Object actual) {
    if (expected instanceof float[] left
        && actual instanceof float[] right
        && left.length == right.length) {
      double largest = 0;
      for (int i = 0; i < left.length; i++) {
        largest = Math.max(largest, difference((double) left[i], (double) right[i]));
      }
      return largest;
    }
    if (expected instanceof Number left && actual instanceof Number right) {
      return difference(left.doubleValue(), right.doubleValue());
    }
    return Objects.equals(expected, actual) ? 0 : Double.POSITIVE_INFINITY;
  }

  private static double difference(double expected, double actual) {
    if (Double.compare(expected, actual) == 0) {
      return 0;
    }
    double difference = Math.abs(expected - actual) / Math.max(1, Math.abs(expected));
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  private static Map<String, @Nullable Object> values(Row row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Field field : row.schema().fields()) {
      values.put(field.name(), readable(row.value(field.name())));
    }
    return values;
  }

  /** Says how many answers there are, in one line. */
  @Override
  public String toString() {
    return outputs.rowCount() + " golden predictions of " + outputs.schema().names();
  }

  private static @Nullable Object readable(@Nullable Object value) {
    if (!(value instanceof float[] vector)) {
      return value;
    }
    List<Float> list = new ArrayList<>(vector.length);
    for (float number : vector) {
      list.add(number);
    }
    return list;
  }
}
