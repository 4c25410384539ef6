package dev.mlops.registry;

import dev.mlops.Workspace;
import dev.mlops.error.Exactly;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import dev.mlops.models.ModelRunner;
import dev.mlops.parity.Parity;
import dev.mlops.tracking.ExperimentTracker;
import java.util.Map;
import java.util.TreeMap;

/** What a package has to show before it becomes a version. */
final class Admission {

  private final Workspace workspace;

  Admission(Workspace workspace) {
    this.workspace = workspace;
  }

  /**
   * Refuses a package whose run does not exist, whose model does not answer as the trainer did, or
   * whose features are not those of Python.
   *
   * @return what was seen, for the journal
   * @throws NotFoundException if there is no such run
   * @throws InvalidInputException if the golden predictions or the records of Python cannot be
   *     asked, or differ
   */
  Map<String, String> examine(ModelPackage candidate) {
    Map<String, String> evidence = new TreeMap<>();
    candidate.run().ifPresent(run -> evidence.put("run", checked(run, candidate)));
    evidence.put(
        "golden", candidate.golden().map(golden -> asked(candidate, golden)).orElse("none"));
    evidence.put(
        "parity", candidate.parity().map(parity -> replayed(candidate, parity)).orElse("none"));
    return evidence;
  }

  private String checked(String run, ModelPackage candidate) {
    ExperimentTracker tracker = ExperimentTracker.of(workspace);
    return candidate.isRunOfDirectory() ? run : tracker.get(run).id();
  }

  private static String asked(ModelPackage candidate, GoldenPredictions golden) {
    GoldenCheck check = answers(candidate, golden);
    if (check instanceof GoldenCheck.Same same) {
      return Plural.of(same.rows(), "row")
          + ", largest difference "
          + Exactly.number(same.largestDifference())
          + ", tolerance "
          + Exactly.number(same.tolerance());
    }
    throw new InvalidInputException(
        "the model does not answer as the trained one did: "
            + check
            + ". The usual reasons are columns in another order than the model's, and a"
            + " preparation that was not exported");
  }

  /** Answers that are no answers to the signature are the model's fault, not the caller's. */
  private static GoldenCheck answers(ModelPackage candidate, GoldenPredictions golden) {
    try (ModelRunner model = candidate.format().open(candidate.model(), candidate.signature())) {
      return golden.replayTable(model::answer);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "the model does not answer as its signature says: " + e.getMessage(), e);
    }
  }

  private static String replayed(ModelPackage candidate, Parity parity) {
    try (ModelRunner model = candidate.format().open(candidate.model(), candidate.signature())) {
      ParityModel asked = new ParityModel(model, candidate.signature(), parity);
      return candidate
          .preparation()
          .map(features -> parity.replay(features, asked::answer).requirePassed().toString())
          .orElseGet(
              () ->
                  parity.replayModel(asked::answer).requirePassed()
                      + "; the model alone, no features were replayed");
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "the records of Python cannot be asked of the model: " + e.getMessage(), e);
    }
  }
}
