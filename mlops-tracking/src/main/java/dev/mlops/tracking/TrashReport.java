package dev.mlops.tracking;

import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import java.util.List;

/**
 * What emptying the trash has removed, or would remove.
 *
 * @param runs the ids of the runs, those deleted first before others
 * @param experiments the names of the experiments, which are free again then
 * @param artifacts how many files of the runs
 * @param preview whether nothing was removed
 */
public record TrashReport(
    List<String> runs, List<String> experiments, long artifacts, boolean preview) {

  /**
   * Copies the lists.
   *
   * @param runs the ids of the runs, those deleted first before others
   * @param experiments the names of the experiments, which are free again then
   * @param artifacts how many files of the runs
   * @param preview whether nothing was removed
   */
  public TrashReport {
    runs = Elements.copy(runs, "runs");
    experiments = Elements.copy(experiments, "experiments");
  }

  /** Returns the counts in one line. */
  @Override
  public String toString() {
    return (preview ? "would remove " : "removed ")
        + Plural.of(runs.size(), "run")
        + ", "
        + Plural.of(experiments.size(), "experiment")
        + " and "
        + Plural.of(artifacts, "artifact");
  }
}
