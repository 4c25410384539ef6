package dev.mlops.tracking;

import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import java.util.List;
import java.util.Map;

/**
 * What emptying the trash has removed, or would remove.
 *
 * @param runs the ids of the runs, newest first
 * @param experiments the names of the experiments, which are free again then
 * @param kept why other deleted runs stay, by their ids: a version of a model was made by it, a
 *     process records it, or a run that is nested in it stays
 * @param artifacts how many files of the runs
 * @param preview whether nothing was removed
 */
public record TrashReport(
    List<String> runs,
    List<String> experiments,
    Map<String, String> kept,
    long artifacts,
    boolean preview) {

  /**
   * Copies the lists.
   *
   * @param runs the ids of the runs, newest first
   * @param experiments the names of the experiments, which are free again then
   * @param kept why other deleted runs stay, by their ids: a version of a model was made by it, a
   *     process records it, or a run that is nested in it stays
   * @param artifacts how many files of the runs
   * @param preview whether nothing was removed
   */
  public TrashReport {
    runs = Elements.copy(runs, "runs");
    experiments = Elements.copy(experiments, "experiments");
    kept = Elements.copy(kept, "kept");
  }

  /** Returns the counts in one line. */
  @Override
  public String toString() {
    return (preview ? "would remove " : "removed ")
        + Plural.of(runs.size(), "run")
        + ", "
        + Plural.of(experiments.size(), "experiment")
        + " and "
        + Plural.of(artifacts, "artifact")
        + (kept.isEmpty() ? "" : "; " + Plural.of(kept.size(), "deleted run") + " kept");
  }
}
