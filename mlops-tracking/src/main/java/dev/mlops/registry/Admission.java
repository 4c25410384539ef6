package dev.mlops.registry;

import dev.mlops.Workspace;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.tracking.ExperimentTracker;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a package has to show before it becomes a version. */
final class Admission {

  private final Workspace workspace;
  private final @Nullable ModelEngine engine;

  Admission(Workspace workspace, @Nullable ModelEngine engine) {
    this.workspace = workspace;
    this.engine = engine;
  }

  /**
   * Refuses a package whose run does not exist, or whose ONNX bytes do not answer as the trainer
   * did.
   *
   * @return what was seen, for the journal
   * @throws NotFoundException if there is no such run
   * @throws InvalidInputException if the golden predictions cannot be asked, or differ
   */
  Map<String, String> examine(ModelPackage candidate) {
    Map<String, String> evidence = new TreeMap<>();
    candidate.run().ifPresent(run -> evidence.put("run", checked(run, candidate)));
    evidence.put(
        "golden", candidate.golden().map(golden -> asked(candidate, golden)).orElse("none"));
    return evidence;
  }

  private String checked(String run, ModelPackage candidate) {
    ExperimentTracker tracker = ExperimentTracker.in(workspace);
    return candidate.isRunOfDirectory() ? run : tracker.get(run).id();
  }

  private String asked(ModelPackage candidate, GoldenPredictions golden) {
    if (engine == null) {
      throw new InvalidInputException(
          "the package has golden predictions and the registry has no engine to ask them;"
              + " open it by ModelRegistry.in(workspace).engine((onnx, rows) -> ...)");
    }
    GoldenCheck replay = golden.replay(engine.answer(bytes(candidate), golden.inputs()));
    if (replay instanceof GoldenCheck.Same same) {
      return same.rows()
          + " rows, largest difference "
          + same.largestDifference()
          + ", tolerance "
          + same.tolerance();
    }
    throw new InvalidInputException(
        "the ONNX model does not answer as the trained one did: "
            + replay
            + ". The usual reasons are columns in another order than the model's, and a"
            + " preparation that was not exported");
  }

  private static byte[] bytes(ModelPackage candidate) {
    return candidate.onnx().file().bytes();
  }
}
