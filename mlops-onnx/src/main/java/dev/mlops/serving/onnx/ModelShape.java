package dev.mlops.serving.onnx;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import dev.mlops.serving.onnx.OnnxSignature.Kind;
import dev.mlops.serving.onnx.OnnxSignature.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes into a predictor of floats and comes out.
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

  static final List<String> PROBABILITIES = List.of("probabilities", "output_probability");

  private static final String ANY_MODEL = "; OnnxModel runs this one";

  static ModelShape of(OnnxSignature signature, @Nullable String chosen) {
    Value input = onlyInput(signature.inputs());
    Value output = chosen == null ? defaultOutput(signature.outputs()) : named(signature, chosen);
    if (input.shape().get(0) > 1) {
      throw new InvalidInputException(
          "the model takes exactly "
              + Plural.of(input.shape().get(0), "row")
              + " a run; export it with an open batch dimension, or use OnnxModel");
    }
    return new ModelShape(
        input.name(),
        open(input.shape().get(1)),
        open(input.shape().get(0)),
        output.name(),
        output.rank(),
        open(output.width()));
  }

  /** Whether the number of floats that come out is known before the run. */
  boolean hasFixedOutput() {
    return outputWidth > 0;
  }

  private static Value onlyInput(List<Value> inputs) {
    if (inputs.size() != 1
        || !inputs.get(0).isTensorOf(TensorType.FLOAT)
        || inputs.get(0).rank() != 2) {
      throw new InvalidInputException(
          "the model takes "
              + inputs
              + "; OnnxPredictor runs models of one input tensor FLOAT[batch, features]"
              + ANY_MODEL);
    }
    return inputs.get(0);
  }

  private static Value defaultOutput(List<Value> outputs) {
    List<Value> floats = outputs.stream().filter(ModelShape::isReadable).toList();
    if (floats.isEmpty()) {
      throw new InvalidInputException(
          "the model gives "
              + outputs
              + "; OnnxPredictor reads a tensor FLOAT[batch, numbers]"
              + (hasMaps(outputs)
                  ? ". A classifier converted from scikit-learn has one if exported with"
                      + " zipmap=False; OnnxModel reads the maps too"
                  : ANY_MODEL));
    }
    return floats.stream()
        .filter(output -> PROBABILITIES.contains(output.name()))
        .findFirst()
        .orElse(floats.get(floats.size() - 1));
  }

  /** What makes probabilities of a classifier unreadable is a map for each row, of type ZipMap. */
  private static boolean hasMaps(List<Value> outputs) {
    return outputs.stream()
        .anyMatch(output -> output.kind() == Kind.MAP || output.kind() == Kind.MAPS);
  }

  private static Value named(OnnxSignature signature, String chosen) {
    Value output = signature.output(chosen);
    if (!isReadable(output)) {
      throw new InvalidInputException(
          "output '%s' is %s; OnnxPredictor reads tensors FLOAT[batch, numbers]; found: %s"
              .formatted(
                  chosen,
                  output.form(),
                  signature.outputs().stream().filter(ModelShape::isReadable).toList()));
    }
    return output;
  }

  private static boolean isReadable(Value output) {
    return output.isTensorOf(TensorType.FLOAT) && (output.rank() == 1 || output.rank() == 2);
  }

  private static int open(long size) {
    return size < 0 ? 0 : Math.toIntExact(size);
  }
}
