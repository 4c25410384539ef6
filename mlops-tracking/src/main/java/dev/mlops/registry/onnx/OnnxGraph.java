package dev.mlops.registry.onnx;

import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import dev.mlops.registry.ModelParam;
import dev.mlops.registry.ModelSignature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an ONNX file says of itself.
 *
 * @param inputs what goes in, without what the file gives a value for
 * @param outputs what comes out
 * @param features the names of the columns of a single input, in its order, if the exporter wrote
 *     them into its metadata; else empty
 * @param outside the files in which it keeps weights, relative to its own place, each with one of
 *     those weights; a weight whose file is not named is in {@code ""}
 */
record OnnxGraph(
    List<OnnxTensor> inputs,
    List<OnnxTensor> outputs,
    List<String> features,
    Map<String, String> outside) {

  OnnxGraph {
    inputs = Elements.copy(inputs, "inputs");
    outputs = Elements.copy(outputs, "outputs");
    features = Elements.copy(features, "features");
    outside = Collections.unmodifiableMap(new LinkedHashMap<>(outside));
  }

  static OnnxGraph of(ModelFile file) {
    try (InputStream bytes = file.open()) {
      return read(file, bytes);
    } catch (IOException e) {
      throw new StorageException("cannot read '" + file.path() + "'", e);
    }
  }

  /** Of a file that cannot be read, the rest is read too: one that changed says at its end that. */
  private static OnnxGraph read(ModelFile file, InputStream bytes) throws IOException {
    try {
      return OnnxReader.read(bytes);
    } catch (InvalidInputException e) {
      bytes.transferTo(OutputStream.nullOutputStream());
      throw new InvalidInputException("'" + file.path() + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Returns where weights are.
   *
   * @param main the path of the file that says this
   * @return by the path of each other file within the model, one of its weights
   */
  Map<String, String> weights(String main) {
    String directory = main.substring(0, main.lastIndexOf('/') + 1);
    Map<String, String> weights = new LinkedHashMap<>();
    outside.forEach((location, weight) -> weights.put(directory + location, weight));
    return weights;
  }

  /** The same graph without the inputs that are params of a signature. */
  OnnxGraph withoutParams(ModelSignature signature) {
    Set<String> params =
        signature.params().stream().map(ModelParam::name).collect(Collectors.toSet());
    return new OnnxGraph(
        inputs.stream().filter(input -> !params.contains(input.name())).toList(),
        outputs,
        features,
        outside);
  }

  /** Refuses a model of which a part is missing. */
  void requireWeights(ModelFiles files) {
    List<String> paths = files.paths();
    weights(files.first().path())
        .forEach(
            (path, weight) -> {
              if (!paths.contains(path)) {
                throw new InvalidInputException(
                    "'"
                        + files.first().path()
                        + "' keeps the weight '"
                        + weight
                        + "' in the file '"
                        + path
                        + "', which is not among the model's files "
                        + paths
                        + "; give that file too, or save the model whole");
              }
            });
  }
}
