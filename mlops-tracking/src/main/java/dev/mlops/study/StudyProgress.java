package dev.mlops.study;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Plural;
import java.util.StringJoiner;

/**
 * How many trials of a study stand where. A trial that was given again counts once, by its last
 * attempt.
 *
 * @param study its name
 * @param feasible finished, and every limit is kept
 * @param infeasible finished, and a limit is violated or a limited metric is not known
 * @param pruned told to stop
 * @param unmeasured ended without a finite objective
 * @param failed ended by an exception
 * @param lost their processes died, and they wait to be given again or were given three times
 * @param running being worked on, here or in another process
 */
public record StudyProgress(
    String study,
    long feasible,
    long infeasible,
    long pruned,
    long unmeasured,
    long failed,
    long lost,
    long running) {

  /**
   * Checks the name.
   *
   * @param study its name
   * @param feasible finished, and every limit is kept
   * @param infeasible finished, and a limit is violated or a limited metric is not known
   * @param pruned told to stop
   * @param unmeasured ended without a finite objective
   * @param failed ended by an exception
   * @param lost their processes died
   * @param running being worked on
   */
  public StudyProgress {
    requireNonNull(study, "study");
  }

  /**
   * Returns how many trials there are.
   *
   * @return the sum
   */
  public long trials() {
    return feasible + infeasible + pruned + unmeasured + failed + lost + running;
  }

  String counts() {
    StringJoiner parts = new StringJoiner(", ").setEmptyValue("no trial was begun");
    add(parts, feasible, "feasible");
    add(parts, infeasible, "not feasible");
    add(parts, pruned, "pruned");
    add(parts, unmeasured, "without an objective");
    add(parts, failed, "failed");
    add(parts, lost, "lost");
    add(parts, running, "running");
    return parts.toString();
  }

  private static void add(StringJoiner parts, long count, String words) {
    if (count > 0) {
      parts.add(Plural.grouped(count) + " " + words);
    }
  }

  @Override
  public String toString() {
    return "study '" + study + "' has " + Plural.of(trials(), "trial") + ": " + counts();
  }
}
