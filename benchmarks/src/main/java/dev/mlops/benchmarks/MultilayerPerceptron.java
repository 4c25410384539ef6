package dev.mlops.benchmarks;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.SplittableRandom;

/** An ONNX model of some thousand weights: inputs, one hidden layer, one probability. */
final class MultilayerPerceptron {

  static final int INPUTS = 32;
  private static final int HIDDEN = 64;

  private MultilayerPerceptron() {}

  /** The same bytes for the same seed of its weights. */
  static byte[] bytes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("perceptron")
            .addInput(tensor("input", INPUTS))
            .addOutput(tensor("output", 1))
            .addInitializer(weights("w1", random, INPUTS, HIDDEN))
            .addInitializer(weights("b1", random, HIDDEN))
            .addInitializer(weights("w2", random, HIDDEN, 1))
            .addInitializer(weights("b2", random, 1))
            .addNode(node("Gemm", "hidden", "input", "w1", "b1"))
            .addNode(node("Relu", "active", "hidden"))
            .addNode(node("Gemm", "logit", "active", "w2", "b2"))
            .addNode(node("Sigmoid", "output", "logit"))
            .build();
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static TensorProto weights(String name, SplittableRandom random, int... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
    int size = 1;
    for (int width : shape) {
      tensor.addDims(width);
      size *= width;
    }
    random.doubles(size, -0.3, 0.3).forEach(weight -> tensor.addFloatData((float) weight));
    return tensor.build();
  }

  /** Rows of a width; how many is left open. */
  private static ValueInfoProto tensor(String name, int width) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("rows"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width))
            .build();
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
