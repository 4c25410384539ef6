package dev.mlops.mlflow;

import dev.mlops.error.InvalidInputException;
import dev.mlops.storage.ArtifactPath;

/** Which paths of MLflow's artifacts a workspace takes. */
final class ArtifactNames {

  private ArtifactNames() {}

  static boolean isRefused(String path) {
    try {
      return ArtifactPath.of(path).value().isEmpty();
    } catch (InvalidInputException e) {
      return true;
    }
  }
}
