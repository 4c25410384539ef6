package dev.mlops.serving.onnx;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import dev.mlops.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What goes in and comes out, read once from the model: a query of the session costs as much as a
 * run.
 *
 * @param input the name of the input tensor
 * @param width features of one input; 0 if the model leaves it open
 * @param batch 1 if the model takes a single row a run; 0 if it takes any number
 * @param output the name of the output tensor
 * @param outputRank 1 for one number a row, 2 for several
 * @param outputWidth numbers of one row; 0 if the model leaves it open
 */
record ModelShape(
    String input, int width, int batch, String output, int outputRank, int outputWidth) {

  private static final List<String> PROBABILITIES = List.of("probabilities", "output_probability");

  static ModelShape of(OrtSession session, @Nullable String chosen) throws OrtException {
    Map<String, NodeInfo> inputs = session.getInputInfo();
    TensorInfo input = onlyInput(inputs);
    Map<String, NodeInfo> outputs = session.getOutputInfo();
    String output = chosen == null ? defaultOutput(outputs) : named(outputs, chosen);
    long[] in = input.getShape();
    if (in[0] > 1) {
      throw new InvalidInputException(
          "the model takes exactly "
              + in[0]
              + " rows a run; export it with an open batch dimension");
    }
    long[] out = shape(outputs, output);
    return new ModelShape(
        inputs.keySet().iterator().next(),
        open(in[1]),
        open(in[0]),
        output,
        out.length,
        out.length == 1 ? 1 : open(out[1]));
  }

  /** Whether the number of floats that come out is known before the run. */
  boolean hasFixedOutput() {
    return outputWidth > 0;
  }

  private static TensorInfo onlyInput(Map<String, NodeInfo> inputs) {
    boolean fits =
        inputs.size() == 1
            && inputs.values().iterator().next().getInfo() instanceof TensorInfo tensor
            && tensor.type == OnnxJavaType.FLOAT
            && tensor.getShape().length == 2;
    if (!fits) {
      throw new InvalidInputException(
          "the model takes "
              + describe(inputs)
              + "; OnnxPredictor runs models of one input tensor FLOAT[batch, features]");
    }
    return (TensorInfo) inputs.values().iterator().next().getInfo();
  }

  private static long[] shape(Map<String, NodeInfo> nodes, String name) {
    return ((TensorInfo) Objects.requireNonNull(nodes.get(name)).getInfo()).getShape();
  }

  private static String defaultOutput(Map<String, NodeInfo> outputs) {
    List<String> floats = floatOutputs(outputs);
    if (floats.isEmpty()) {
      throw new InvalidInputException(
          "the model gives "
              + describe(outputs)
              + "; OnnxPredictor reads a tensor FLOAT[batch, numbers]"
              + advice(outputs));
    }
    return floats.stream()
        .filter(PROBABILITIES::contains)
        .findFirst()
        .orElse(floats.get(floats.size() - 1));
  }

  /** What makes probabilities of a classifier unreadable is a map for each row, of type ZipMap. */
  private static String advice(Map<String, NodeInfo> outputs) {
    boolean hasMaps =
        outputs.values().stream()
            .map(NodeInfo::getInfo)
            .anyMatch(
                info ->
                    info instanceof MapInfo
                        || (info instanceof SequenceInfo rows && rows.isSequenceOfMaps()));
    return hasMaps
        ? ". A classifier converted from scikit-learn has one if exported with zipmap=False"
        : "";
  }

  private static String named(Map<String, NodeInfo> outputs, String chosen) {
    NodeInfo node = outputs.get(chosen);
    if (node == null) {
      throw new InvalidInputException(
          "the model has no output '" + chosen + "'; found: " + describe(outputs));
    }
    if (!isReadable(node)) {
      throw new InvalidInputException(
          "output '%s' is %s; OnnxPredictor reads tensors FLOAT[batch, numbers]; found: %s"
              .formatted(chosen, describe(node), floatOutputs(outputs)));
    }
    return chosen;
  }

  private static List<String> floatOutputs(Map<String, NodeInfo> outputs) {
    List<String> names = new ArrayList<>();
    outputs.forEach(
        (name, node) -> {
          if (isReadable(node)) {
            names.add(name);
          }
        });
    return names;
  }

  private static boolean isReadable(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor
        && tensor.type == OnnxJavaType.FLOAT
        && (tensor.getShape().length == 1 || tensor.getShape().length == 2);
  }

  private static String describe(Map<String, NodeInfo> nodes) {
    return nodes.entrySet().stream()
        .map(node -> node.getKey() + " " + describe(node.getValue()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String describe(NodeInfo node) {
    if (node.getInfo() instanceof TensorInfo tensor) {
      return tensor.type
          + Arrays.stream(tensor.getShape())
              .mapToObj(size -> size < 0 ? "?" : Long.toString(size))
              .collect(Collectors.joining(", ", "[", "]"));
    }
    if (node.getInfo() instanceof SequenceInfo rows) {
      return rows.isSequenceOfMaps() ? "SEQUENCE of MAP" : "SEQUENCE";
    }
    return node.getInfo() instanceof MapInfo ? "MAP" : "OPTIONAL";
  }

  private static int open(long size) {
    return size < 0 ? 0 : Math.toIntExact(size);
  }
}
