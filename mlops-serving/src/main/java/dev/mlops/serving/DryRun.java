package dev.mlops.serving;

import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.Verdict;
import java.util.List;

/**
 * What a candidate would have done with requests of the past, judged as a shadow of them. Made by
 * {@link Canary#dryRun}.
 *
 * <p>The verdict is {@link RolloutState.RolledBack} if a guard would have taken the candidate back,
 * {@link RolloutState.Held} if it would have passed, and {@link RolloutState.Running} if there was
 * not enough of the log to tell, which its sentence explains.
 *
 * @param verdict each guard's evidence, in numbers and words, and how much of the log was compared
 * @param certificate the counts behind it, to be recomputed by anyone
 * @param rows how many predictions of the time were read, until a rollback if there was one
 * @param compared how many of them both models have answered
 * @param others how many were left out as they are of other models, or were answered by a fallback
 * @param repeated how many were left out as their key was compared before
 * @param unreadable how many were left out as no input could be made of what was logged
 * @param notJudged the names of guards that a log can't tell about: those of latency, and that of
 *     invalid outputs where the log has no scores or the router has a {@code valid(...)}, as nobody
 *     knows then which answers of the past were valid
 */
public record DryRun(
    Verdict verdict,
    Certificate certificate,
    long rows,
    long compared,
    long others,
    long repeated,
    long unreadable,
    List<String> notJudged) {

  /**
   * Keeps its own copy of the names.
   *
   * @param verdict each guard's evidence
   * @param certificate the counts behind it
   * @param rows how many predictions of the time were read, until a rollback if there was one
   * @param compared how many of them both models have answered
   * @param others how many are of other models, or were answered by a fallback
   * @param repeated how many are of a key that was compared before
   * @param unreadable how many make no input
   * @param notJudged the names of guards that a log can't tell about
   */
  public DryRun {
    notJudged = Elements.copy(notJudged, "notJudged");
  }

  @Override
  public String toString() {
    return "dry run over %s: %s".formatted(Plural.of(rows, "prediction"), verdict.sentence());
  }
}
