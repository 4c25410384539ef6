package dev.mlops.registry.onnx;

import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.registry.ModelSignature;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whether a signature is that of a model. Its inputs are either the model's own, by name and in the
 * model's order, or the columns of the one matrix that the model takes; its outputs are some of the
 * model's own, by name, or all of them, by place, or the columns of one of them.
 */
final class SignatureFit {

  private final ModelSignature signature;
  private final OnnxGraph graph;

  private SignatureFit(ModelSignature signature, OnnxGraph graph) {
    this.signature = signature;
    this.graph = graph;
  }

  /**
   * Refuses a signature of another model.
   *
   * @throws InvalidInputException naming what the signature says and what the model does
   */
  static void require(ModelSignature signature, OnnxGraph graph) {
    SignatureFit fit = new SignatureFit(signature, graph);
    fit.requireInputs();
    fit.requireOutputs();
  }

  /** Whether the inputs are the model's own, each a tensor by its name. */
  static boolean isByName(Schema inputs, OnnxGraph graph) {
    return Set.copyOf(inputs.names()).equals(Set.copyOf(names(graph.inputs())));
  }

  private void requireInputs() {
    Schema inputs = signature.inputs();
    if (isByName(inputs, graph)) {
      requireOrder(names(graph.inputs()));
      graph.inputs().forEach(input -> requireFit(inputs.get(input.name()), input));
    } else if (graph.inputs().size() == 1) {
      requireColumns(inputs, graph.inputs().get(0));
    } else {
      throw other("inputs", "takes", inputs, graph.inputs());
    }
  }

  private void requireColumns(Schema inputs, OnnxTensor matrix) {
    boolean fits =
        matrix.isNumeric()
            && inputs.fields().stream().allMatch(field -> width(field) > 0)
            && (matrix.width() < 0 || matrix.width() == width(inputs));
    boolean onlyVectors =
        inputs.fields().stream().allMatch(field -> field.dataType().kind() == DataType.Kind.VECTOR);
    if (!fits || onlyVectors) {
      throw other("inputs", "takes", inputs, graph.inputs());
    }
    if (!graph.features().isEmpty()) {
      requireOrder(graph.features());
    }
  }

  private void requireOrder(List<String> own) {
    if (!signature.inputs().names().equals(own)) {
      throw new InvalidInputException(
          "the signature lists the inputs "
              + signature.inputs().names()
              + " but the model takes them as "
              + own
              + "; list them in the model's order");
    }
  }

  private void requireOutputs() {
    Schema outputs = signature.outputs();
    if (names(graph.outputs()).containsAll(outputs.names())) {
      graph.outputs().stream()
          .filter(output -> outputs.names().contains(output.name()))
          .forEach(output -> requireFit(outputs.get(output.name()), output));
    } else if (!isByPlace(outputs)
        && graph.outputs().stream().noneMatch(output -> holds(output, outputs))) {
      throw other("outputs", "gives", outputs, graph.outputs());
    }
  }

  /** MLflow never looks at the names of outputs, so they are often other ones. */
  private boolean isByPlace(Schema outputs) {
    int count = outputs.fields().size();
    return count == graph.outputs().size()
        && IntStream.range(0, count)
            .allMatch(place -> fits(outputs.fields().get(place), graph.outputs().get(place)));
  }

  /** What is no tensor may be a map from class to number, whose width nobody tells. */
  private static boolean holds(OnnxTensor output, Schema columns) {
    return (output.isNumeric() || output.shape() == null)
        && columns.fields().stream().allMatch(field -> width(field) > 0)
        && (output.width() < 0 || output.width() == width(columns));
  }

  private static void requireFit(Field field, OnnxTensor tensor) {
    if (!fits(field, tensor)) {
      throw new InvalidInputException(
          "the signature's '" + field + "' is '" + tensor + "' in the model");
    }
  }

  private static boolean fits(Field field, OnnxTensor tensor) {
    return switch (field.dataType().kind()) {
      case STRING -> tensor.element() == OnnxTensor.STRING;
      case BOOLEAN, INT64, FLOAT32, FLOAT64 ->
          tensor.isNumeric() && (tensor.width() < 0 || tensor.width() == 1);
      case VECTOR ->
          tensor.isNumeric()
              && (tensor.rowSize() < 0 || tensor.rowSize() == field.dataType().dimension());
      case INSTANT -> false;
    };
  }

  private static InvalidInputException other(
      String part, String verb, Schema schema, List<OnnxTensor> tensors) {
    return new InvalidInputException(
        "the signature's "
            + part
            + " ["
            + schema
            + "] are not the model's: it "
            + verb
            + " "
            + tensors
            + ", and they are neither its own nor "
            + (tensors.size() == 1 ? "the columns of that" : "the columns of one of them"));
  }

  private static List<String> names(List<OnnxTensor> tensors) {
    return tensors.stream().map(OnnxTensor::name).toList();
  }

  private static int width(Schema schema) {
    return schema.fields().stream().mapToInt(SignatureFit::width).sum();
  }

  /** How many numbers a field is; 0 if it is a text or a time. */
  private static int width(Field field) {
    return switch (field.dataType().kind()) {
      case VECTOR -> field.dataType().dimension();
      case STRING, INSTANT -> 0;
      default -> 1;
    };
  }
}
