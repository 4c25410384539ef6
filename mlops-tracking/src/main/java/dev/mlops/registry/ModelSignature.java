package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.data.Schema;
import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What goes into a model and what comes out. Immutable.
 *
 * @param inputs the model's features, in its order
 * @param outputs the model's answers, in its order
 * @param params what may be given beside the features when the model is asked; each name once
 */
public record ModelSignature(Schema inputs, Schema outputs, List<ModelParam> params) {

  /**
   * Checks that inputs and outputs have fields, and each param a name of its own.
   *
   * @param inputs the model's features, in its order
   * @param outputs the model's answers, in its order
   * @param params what may be given beside the features
   */
  public ModelSignature {
    requireNonNull(inputs, "inputs");
    requireNonNull(outputs, "outputs");
    params = Elements.copy(params, "params");
    Set<String> names = new HashSet<>(inputs.names());
    for (ModelParam param : params) {
      if (!names.add(param.name())) {
        throw new IllegalArgumentException(
            "the name of param '" + param.name() + "' occurs twice in the signature");
      }
    }
    if (inputs.fields().isEmpty() || outputs.fields().isEmpty()) {
      throw new IllegalArgumentException("a signature needs at least one input and one output");
    }
  }

  /**
   * Makes a signature without params.
   *
   * @param inputs the model's features, in its order
   * @param outputs the model's answers, in its order
   */
  public ModelSignature(Schema inputs, Schema outputs) {
    this(inputs, outputs, List.of());
  }

  /**
   * Completes what is given when a model is asked.
   *
   * @param given values by the name of a param
   * @return a value for each param, in the order of the signature: the one that was given, in the
   *     param's type, or its own
   * @throws IllegalArgumentException if there is no such param, naming those that there are, or a
   *     value is not of the param's type
   */
  @CanIgnoreReturnValue
  public Map<String, Object> complete(Map<String, ?> given) {
    requireNonNull(given, "given");
    List<String> names = params.stream().map(ModelParam::name).toList();
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "the signature has no param '" + name + "'; it has " + names);
      }
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (ModelParam param : params) {
      Object value = given.get(param.name());
      values.put(param.name(), value == null ? param.value() : param.checked(value));
    }
    return Collections.unmodifiableMap(values);
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
   * Writes the params in MLflow's form.
   *
   * @return JSON, such as {@code [{"name":"limit","type":"double","default":0.5,"shape":null}]}
   */
  public String paramsJson() {
    return MlflowParams.write(params);
  }

  /** The same inputs and outputs, with the params that MLflow wrote. */
  ModelSignature withParams(String json) {
    return new ModelSignature(inputs, outputs, MlflowParams.read(json));
  }

  /**
   * Reads MLflow's form. {@code integer} becomes INT64; a tensor becomes a vector, laid out with
   * its last dimension fastest, or, if it has one dimension, a column.
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
   * Names what a model answered by its own names.
   *
   * @param own the model's outputs, a row for each row that was asked
   * @return the columns of the outputs: those of their names, else those of their places, else the
   *     numbers of the one that has as many, floating-point ones first
   * @throws IllegalArgumentException if they cannot be the outputs
   */
  public Dataset answers(Dataset own) {
    return OwnOutputs.named(requireNonNull(own, "own"), outputs);
  }

  /**
   * Returns the signature in one line.
   *
   * @return such as {@code [distance FLOAT32, wind FLOAT32] -> [delay FLOAT32] with [limit FLOAT64
   *     = 0.5]}
   */
  @Override
  public String toString() {
    return "[" + inputs + "] -> [" + outputs + "]" + (params.isEmpty() ? "" : " with " + params);
  }
}
