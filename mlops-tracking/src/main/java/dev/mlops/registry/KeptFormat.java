package dev.mlops.registry;

import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import dev.mlops.models.ModelRunner;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Models of a flavor of MLflow that nothing here runs, such as a pickle: kept byte for byte and
 * never opened.
 *
 * @param name the flavor
 */
record KeptFormat(String name) implements ModelFormat, MlflowFlavor {

  KeptFormat {
    ModelPackage.requireName(name);
  }

  /** Nothing is known of the bytes, so nothing is looked at. */
  @Override
  public void check(ModelFiles files, ModelSignature signature) {}

  @Override
  public ModelRunner open(ModelFiles files, ModelSignature signature) {
    throw new InvalidInputException(
        "models of the flavor '"
            + name
            + "' are kept and not run here, so they cannot be asked; save the model as ONNX too");
  }

  @Override
  public Optional<MlflowFlavor> mlflow() {
    return Optional.of(this);
  }

  /** What MLflow would need to load a model that was built here is not known; it shows it alone. */
  @Override
  public Map<String, Map<String, String>> flavors(ModelFiles files, ModelSignature signature) {
    return Map.of();
  }

  /** The files that the flavor names, whatever it calls them, and those below directories. */
  @Override
  public Optional<ModelFiles> files(
      Map<String, Map<String, String>> flavors, ModelFiles directory) {
    Map<String, String> own = flavors.get(name);
    if (own == null) {
      return Optional.empty();
    }
    Collection<String> named = own.values();
    List<ModelFile> files =
        directory.list().stream()
            .filter(
                file ->
                    named.stream()
                        .anyMatch(
                            path -> file.path().equals(path) || file.path().startsWith(path + "/")))
            .toList();
    if (files.isEmpty()) {
      throw new InvalidInputException(
          "the flavor '"
              + name
              + "' names no file of the directory: it says "
              + own
              + ", and there are "
              + directory.paths());
    }
    return Optional.of(new ModelFiles(files));
  }

  /** Names the format and that it runs nothing. */
  @Override
  public String toString() {
    return name + ", kept and not run";
  }
}
