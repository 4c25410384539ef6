package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;

/**
 * What goes into a model and what comes out. Immutable.
 *
 * @param inputs the model's features, in its order
 * @param outputs the model's answers, in its order
 */
public record ModelSignature(Schema inputs, Schema outputs) {

  /**
   * Checks that both have fields.
   *
   * @param inputs the model's features, in its order
   * @param outputs the model's answers, in its order
   */
  public ModelSignature {
    requireNonNull(inputs, "inputs");
    requireNonNull(outputs, "outputs");
    if (inputs.fields().isEmpty() || outputs.fields().isEmpty()) {
      throw new IllegalArgumentException("a signature needs at least one input and one output");
    }
  }

  /**
   * Writes the inputs in MLflow's form: a list of columns, or, if every field is a vector, a list
   * of tensors.
   *
   * @return JSON, such as {@code [{"type":"double","name":"distance","required":true}]}
   */
  public String inputsJson() {
    return MlflowSchema.write(inputs);
  }

  /**
   * Writes the outputs in MLflow's form, as {@link #inputsJson()} does.
   *
   * @return JSON
   */
  public String outputsJson() {
    return MlflowSchema.write(outputs);
  }

  /**
   * Reads MLflow's form. {@code integer} becomes INT64; a tensor becomes a vector or, if it has one
   * dimension, a column.
   *
   * @param inputsJson the inputs
   * @param outputsJson the outputs
   * @return the signature
   * @throws InvalidInputException if it is no such JSON, holds a type that has no column here, or a
   *     part without a name; {@link ModelPackage#read} takes the name from the model
   */
  public static ModelSignature parse(String inputsJson, String outputsJson) {
    return new ModelSignature(MlflowSchema.read(inputsJson), MlflowSchema.read(outputsJson));
  }

  /**
   * Lays the numbers of a model's answers out as a table.
   *
   * @param numbers for each row the numbers of the outputs, in their order; vectors laid out,
   *     booleans as 0 and other than 0
   * @return a row for each, with the columns of the outputs
   * @throws IllegalArgumentException if a row has more or fewer numbers than the outputs, or an
   *     output is a text or a time
   */
  public Dataset answers(Column.OfVector numbers) {
    Dataset.Builder table = Dataset.builder(outputs);
    for (int row = 0; row < numbers.size(); row++) {
      table.row(RowNumbers.unpack(numbers.get(row), outputs));
    }
    return table.build();
  }

  /**
   * Returns the signature in one line.
   *
   * @return such as {@code [distance FLOAT32, wind FLOAT32] -> [delay FLOAT32]}
   */
  @Override
  public String toString() {
    return "[" + inputs + "] -> [" + outputs + "]";
  }
}
