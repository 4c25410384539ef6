package dev.mlops.serving.onnx;

import static java.util.Objects.checkIndex;
import static java.util.Objects.requireNonNull;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import dev.mlops.serving.onnx.OnnxSignature.Kind;
import dev.mlops.serving.onnx.OnnxSignature.Value;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a model answered to the rows of a dataset, in their order. Immutable and safe for use by
 * many threads; nothing native is behind it. A method that reads a part that the model does not
 * have says what it has.
 */
public final class Answers implements Iterable<Answer> {

  private final OutputRoles roles;
  private final Map<String, OutputRows> outputs;
  private final int rows;

  Answers(OutputRoles roles, Map<String, OutputRows> outputs, int rows) {
    this.roles = roles;
    this.outputs = outputs;
    this.rows = rows;
  }

  /**
   * Returns the number of rows.
   *
   * @return as many as were asked
   */
  public int rowCount() {
    return rows;
  }

  /**
   * Returns the answer to a row.
   *
   * @param row its place, from 0
   * @return the answer
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public Answer row(int row) {
    return new Answer(this, checkIndex(row, rows));
  }

  /** Returns the answers row by row. */
  @Override
  public Iterator<Answer> iterator() {
    return IntStream.range(0, rows).mapToObj(this::row).iterator();
  }

  /**
   * Returns an output of one tensor as a column.
   *
   * @param output its name
   * @return for one number, truth value or text a row a column of its kind, floating-point numbers
   *     of less than 64 bits as {@code FLOAT32}; for several floating-point numbers of up to 32
   *     bits a {@code VECTOR} column
   * @throws NotFoundException if the model has no such output
   * @throws InvalidInputException if it is no tensor, or has several values a row that no column
   *     holds; {@link #tensor} or {@link #probabilities} has them
   */
  public Column column(String output) {
    OutputRows found = find(output, Kind.TENSOR);
    return rows == 0 ? AnswerColumns.empty(found.output()) : AnswerColumns.of(found);
  }

  /**
   * Returns an output of one tensor whole.
   *
   * @param output its name
   * @return all rows; the first size is their number
   * @throws NotFoundException if the model has no such output
   * @throws InvalidInputException if it is no tensor, or there are no rows, or they differ in size
   */
  public Tensor tensor(String output) {
    return find(output, Kind.TENSOR).tensor();
  }

  /**
   * Returns the labels, as {@link Answer#label()} does for a row.
   *
   * @return a column of texts without nulls
   * @throws InvalidInputException if the model has no label, or several for each row
   */
  public Column.OfString labels() {
    Value label = roles.requireLabel();
    List<String> labels = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      labels.add(label(label, row));
    }
    return Column.strings(labels);
  }

  /**
   * Returns the number of each class, as {@link Answer#probabilities()} does for a row.
   *
   * @return a {@code FLOAT64} column for each class, by its name and in the model's order
   * @throws InvalidInputException if the model has no numbers, or does not tell their classes
   */
  public Dataset probabilities() {
    Value numbers = roles.requireNumbers();
    List<String> classes =
        rows == 0 || numbers.kind() == Kind.TENSOR
            ? requireClasses(numbers)
            : List.copyOf(probabilities(0).keySet());
    double[][] columns = new double[classes.size()][rows];
    for (int row = 0; row < rows; row++) {
      Map<String, Double> ofRow = probabilities(row);
      for (int i = 0; i < columns.length; i++) {
        columns[i][row] = requireNonNull(ofRow.get(classes.get(i)));
      }
    }
    List<Field> fields = classes.stream().map(name -> Field.of(name, DataType.FLOAT64)).toList();
    List<Column> values = new ArrayList<>();
    for (double[] column : columns) {
      values.add(Column.doubles(column));
    }
    return Dataset.of(Schema.of(fields), values);
  }

  /**
   * Returns the model's numbers, as {@link Answer#scores()} does for a row.
   *
   * @return a vector of floats for each row, the nearest ones where the model gives more digits; of
   *     dimension 1 if there are no rows and the model leaves their size open
   * @throws InvalidInputException if the model has no numbers, or the rows differ in size
   */
  public Column.OfVector scores() {
    Value numbers = roles.requireNumbers();
    int width =
        rows > 0
            ? scores(0).length
            : Math.max(roles.classes().size(), Math.toIntExact(numbers.knownElements()));
    float[] all = new float[Math.multiplyExact(rows, width)];
    for (int row = 0; row < rows; row++) {
      double[] ofRow = scores(row);
      if (ofRow.length != width) {
        throw new InvalidInputException(
            "output '%s' has %s in row 0 and %s in row %d; read them row by row"
                .formatted(
                    numbers.name(), Plural.of(width, "number"), Plural.grouped(ofRow.length), row));
      }
      for (int i = 0; i < width; i++) {
        all[row * width + i] = (float) ofRow[i];
      }
    }
    return Column.vectors(width, all);
  }

  /**
   * Every output that a column holds, by its name.
   *
   * @throws InvalidInputException if there is none, saying why the last is none
   */
  Dataset table() {
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    InvalidInputException none = null;
    for (OutputRows each : outputs.values()) {
      Value output = each.output();
      try {
        Column column = output.kind() == Kind.TENSOR ? column(output.name()) : numbers(output);
        fields.add(Field.of(output.name(), column.dataType()));
        columns.add(column);
      } catch (InvalidInputException e) {
        none = e; // other outputs may be those that are asked for
      }
    }
    if (none != null && columns.isEmpty()) {
      throw none;
    }
    return Dataset.of(Schema.of(fields), columns);
  }

  private Column numbers(Value output) {
    if (!roles.requireNumbers().equals(output)) {
      throw new InvalidInputException(
          "output '%s' is %s, which no column holds".formatted(output.name(), output));
    }
    return scores();
  }

  String label(int row) {
    return label(roles.requireLabel(), row);
  }

  private String label(Value label, int row) {
    Tensor tensor = rows(label.name()).tensor(row);
    if (tensor.size() != 1) {
      throw new InvalidInputException(
          "output '%s' has %s a row; read them by tensor(\"%s\")"
              .formatted(label.name(), Plural.of(tensor.size(), "label"), label.name()));
    }
    return tensor.text(0);
  }

  double[] scores(int row) {
    Value numbers = roles.requireNumbers();
    return numbers.kind() == Kind.TENSOR
        ? rows(numbers.name()).tensor(row).doubles()
        : map(numbers, row).values().stream().mapToDouble(Double::doubleValue).toArray();
  }

  Map<String, Double> probabilities(int row) {
    Value numbers = roles.requireNumbers();
    if (numbers.kind() != Kind.TENSOR) {
      return map(numbers, row);
    }
    List<String> classes = requireClasses(numbers);
    double[] scores = scores(row);
    roles.requireClassFor(scores.length);
    return AnswerColumns.byClass(classes, scores);
  }

  private List<String> requireClasses(Value numbers) {
    if (roles.classes().isEmpty()) {
      throw new InvalidInputException(
          "the model does not say which classes the numbers of output '%s' stand for; name them by OnnxOptions.classes(...), or read scores()"
              .formatted(numbers.name()));
    }
    return roles.classes();
  }

  private Map<String, Double> map(Value numbers, int row) {
    return rows(numbers.name()).map(row);
  }

  Tensor tensor(String output, int row) {
    return find(output, Kind.TENSOR).tensor(row);
  }

  List<Tensor> tensors(String output, int row) {
    return find(output, Kind.TENSORS).sequence(row);
  }

  private OutputRows find(String name, Kind kind) {
    OutputRows found = rows(requireNonNull(name, "output"));
    Kind has = found.output().kind();
    if (has != kind) {
      throw new InvalidInputException(
          "output '%s' is %s; read it by %s"
              .formatted(
                  name,
                  found.output().form(),
                  has == Kind.TENSOR
                      ? "tensor(\"" + name + "\")"
                      : has == Kind.TENSORS
                          ? "row(i).tensors(\"" + name + "\")"
                          : "probabilities()"));
    }
    return found;
  }

  private OutputRows rows(String name) {
    OutputRows found = outputs.get(name);
    if (found == null) {
      throw roles.outputs().stream().anyMatch(output -> output.name().equals(name))
          ? new InvalidInputException(
              "ONNX Runtime's Java side can't read output '%s'; it can read %s"
                  .formatted(name, outputs.keySet()))
          : new NotFoundException(
              "the model has no output '%s'; found: %s".formatted(name, roles.outputs()));
    }
    return found;
  }

  /** Says of one row what each output is. */
  String line(int row) {
    StringBuilder line = new StringBuilder();
    outputs.forEach(
        (name, found) ->
            line.append(line.isEmpty() ? "" : "; ")
                .append(name)
                .append('=')
                .append(found.value(row)));
    return line.toString();
  }

  /** Returns how many answers there are, of which outputs. */
  @Override
  public String toString() {
    return Plural.of(rows, "answer") + " of " + roles.outputs();
  }
}
