package dev.mlops.registry.onnx;

import dev.mlops.data.DataType;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import dev.mlops.registry.MlflowFlavor;
import dev.mlops.registry.ModelSignature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What MLflow says of ONNX models: the flavors {@code onnx} and {@code python_function}. */
final class OnnxFlavor implements MlflowFlavor {

  @Override
  public Map<String, Map<String, String>> flavors(ModelFiles files, ModelSignature signature) {
    Map<String, Map<String, String>> flavors = new LinkedHashMap<>();
    String data = files.first().path();
    flavors.put("onnx", Map.of("data", data));
    if (isFedByMlflow(signature, OnnxGraph.of(files.first()))) {
      Map<String, String> function = new LinkedHashMap<>();
      function.put("loader_module", "mlflow.onnx");
      function.put("data", data);
      flavors.put("python_function", function);
    }
    return flavors;
  }

  /** MLflow fills a matrix from a table of numbers, and cannot lay a vector among its columns. */
  private static boolean isFedByMlflow(ModelSignature signature, OnnxGraph graph) {
    if (graph.withoutParams(signature).inputs().size() < graph.inputs().size()) {
      return false; // mlflow.onnx gives a graph no params
    }
    return SignatureFit.isByName(signature.inputs(), graph)
        || signature.inputs().fields().stream()
            .noneMatch(field -> field.dataType().kind() == DataType.Kind.VECTOR);
  }

  /**
   * Inputs that are the model's own are written as its tensors; a table of single columns has to
   * become matrices of one column, so tensors of one dimension need it too.
   */
  @Override
  public String inputs(ModelFiles files, ModelSignature signature) {
    OnnxGraph graph = OnnxGraph.of(files.first()).withoutParams(signature);
    return SignatureFit.isByName(signature.inputs(), graph)
        ? TensorJson.write(graph.inputs())
        : signature.inputsJson();
  }

  @Override
  public Optional<ModelFiles> files(
      Map<String, Map<String, String>> flavors, ModelFiles directory) {
    return Optional.ofNullable(flavors.getOrDefault("onnx", Map.of()).get("data"))
        .map(directory::get)
        .map(main -> withWeights(main, directory));
  }

  private static ModelFiles withWeights(ModelFile main, ModelFiles directory) {
    OnnxGraph graph = OnnxGraph.of(main);
    graph.requireWeights(new ModelFiles(mainFirst(main, directory)));
    List<ModelFile> files = new ArrayList<>(List.of(main));
    directory.list().stream()
        .filter(file -> graph.weights(main.path()).containsKey(file.path()))
        .forEach(files::add);
    return new ModelFiles(files);
  }

  private static List<ModelFile> mainFirst(ModelFile main, ModelFiles directory) {
    List<ModelFile> files = new ArrayList<>(List.of(main));
    directory.list().stream().filter(file -> !file.path().equals(main.path())).forEach(files::add);
    return files;
  }

  @Override
  public ModelSignature signature(ModelFiles files, String inputs, String outputs) {
    OnnxGraph graph = OnnxGraph.of(files.first());
    return ModelSignature.parse(
        TensorJson.named(inputs, graph.inputs()), TensorJson.named(outputs, graph.outputs()));
  }

  @Override
  public String toString() {
    return "onnx";
  }
}
