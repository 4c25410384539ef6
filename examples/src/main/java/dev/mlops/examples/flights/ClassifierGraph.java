package dev.mlops.examples.flights;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.stream.Collectors;

/**
 * Tribuo's exported graph with the scaling before it and the choice of one column after it, so that
 * the model takes the features as the feature store gives them: {@code features [n, k] -> IsNaN,
 * Where, Sub, Div -> Tribuo -> Gather -> probability [n, 1]}.
 */
final class ClassifierGraph {
  private static final String SCALED = "scaled";

  private final OnnxMl.ModelProto exported;
  private final Scaling scaling;
  private final int column;

  ClassifierGraph(OnnxMl.ModelProto exported, Scaling scaling, int column) {
    this.exported = exported;
    this.scaling = scaling;
    this.column = column;
  }

  byte[] bytes() {
    GraphProto inner = exported.getGraph();
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("flight-delay")
            .addInput(matrix("features", scaling.means().length))
            .addOutput(matrix("probability", 1))
            .addAllInitializer(inner.getInitializerList())
            .addInitializer(floats("means", scaling.means()))
            .addInitializer(floats("deviations", scaling.deviations()))
            .addInitializer(column())
            .addNode(node("IsNaN", "missing", "features"))
            .addNode(node("Where", "filled", "missing", "means", "features"))
            .addNode(node("Sub", "centred", "filled", "means"))
            .addNode(node("Div", SCALED, "centred", "deviations"));
    String input = inner.getInput(0).getName();
    inner.getNodeList().forEach(node -> graph.addNode(renamed(node, input)));
    graph.addNode(gather(inner.getOutput(0).getName()));
    return exported.toBuilder().setGraph(graph).addMetadataProps(names()).build().toByteArray();
  }

  /** A matrix does not name its columns; the registry reads their names here. */
  private OnnxMl.StringStringEntryProto names() {
    String list = scaling.features().stream().collect(Collectors.joining("\", \"", "[\"", "\"]"));
    return OnnxMl.StringStringEntryProto.newBuilder()
        .setKey("mlops.features")
        .setValue(list)
        .build();
  }

  private static NodeProto renamed(NodeProto node, String input) {
    NodeProto.Builder copy = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      if (node.getInput(i).equals(input)) {
        copy.setInput(i, SCALED);
      }
    }
    return copy.build();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName(output);
    for (String input : inputs) {
      node.addInput(input);
    }
    return node.addOutput(output).build();
  }

  private static NodeProto gather(String probabilities) {
    AttributeProto axis =
        AttributeProto.newBuilder()
            .setName("axis")
            .setType(AttributeProto.AttributeType.INT)
            .setI(1)
            .build();
    return node("Gather", "probability", probabilities, "column").toBuilder()
        .addAttribute(axis)
        .build();
  }

  private TensorProto column() {
    return TensorProto.newBuilder()
        .setName("column")
        .setDataType(TensorProto.DataType.INT64.getNumber())
        .addDims(1)
        .addInt64Data(column)
        .build();
  }

  private static TensorProto floats(String name, float[] values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addDims(values.length);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }

  private static ValueInfoProto matrix(String name, int width) {
    var shape = OnnxMl.TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("batch");
    shape.addDimBuilder().setDimValue(width);
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
