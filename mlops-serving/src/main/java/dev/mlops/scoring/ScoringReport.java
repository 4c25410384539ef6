package dev.mlops.scoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import java.time.Duration;

/**
 * What a run has scored, in all and in this call.
 *
 * @param batches in all
 * @param rows in all; each is in the results once
 * @param earlierBatches how many of the batches earlier calls of the run had recorded
 * @param earlierRows how many of the rows earlier calls had recorded
 * @param invalid rows with an answer that is NaN, infinite or null
 * @param isLogging whether the run writes to the prediction log
 * @param logged rows that are in the prediction log
 * @param repeated rows that are not in the log, since the log has another row with their id
 * @param refused rows that are not in the log, since it keeps no such record
 * @param listenerFailures how often the listener threw in this call
 * @param duration of this call; zero if the run was only looked up
 * @param rowsPerSecond rows that this call scored by its time; NaN if it scored none, or no time
 *     has passed
 */
public record ScoringReport(
    long batches,
    long rows,
    long earlierBatches,
    long earlierRows,
    long invalid,
    boolean isLogging,
    long logged,
    long repeated,
    long refused,
    long listenerFailures,
    Duration duration,
    double rowsPerSecond) {

  /**
   * Checks that nothing is missing.
   *
   * @param batches in all
   * @param rows in all; each is in the results once
   * @param earlierBatches how many of the batches earlier calls of the run had recorded
   * @param earlierRows how many of the rows earlier calls had recorded
   * @param invalid rows with an answer that is NaN, infinite or null
   * @param isLogging whether the run writes to the prediction log
   * @param logged rows that are in the prediction log
   * @param repeated rows that are not in the log, since the log has another row with their id
   * @param refused rows that are not in the log, since it keeps no such record
   * @param listenerFailures how often the listener threw in this call
   * @param duration of this call; zero if the run was only looked up
   * @param rowsPerSecond rows that this call scored by its time; NaN if it scored none, or no time
   *     has passed
   */
  public ScoringReport {
    requireNonNull(duration, "duration");
  }

  /**
   * Says it in words.
   *
   * @return what was scored, what was not logged, and which answers are invalid
   */
  public String sentence() {
    if (rows == 0) {
      return "no row was scored: the input has none";
    }
    return "%s in %s%s%s; %s"
        .formatted(
            Plural.of(rows, "row"),
            Plural.of(batches, "batch", "batches"),
            earlierBatches == 0
                ? ""
                : ", of which earlier calls scored " + Plural.of(earlierRows, "row"),
            invalid == 0 ? "" : "; " + invalidInWords(),
            isLogging ? logInWords() : "nothing was logged, as withoutLog() says");
  }

  private String invalidInWords() {
    return invalid == rows
        ? "no answer is valid: all are NaN, infinite or null"
        : Plural.of(invalid, "row has", "rows have") + " an answer that is NaN, infinite or null";
  }

  private String logInWords() {
    return Plural.grouped(logged)
        + " logged"
        + (repeated == 0 ? "" : ", " + Plural.grouped(repeated) + " not, as their id is in the log")
        + (refused == 0 ? "" : ", " + Plural.grouped(refused) + " refused by the log");
  }

  /** Returns the sentence, with the time and the rate of this call. */
  @Override
  public String toString() {
    return sentence()
        + "; "
        + InWords.duration(duration)
        + (Double.isNaN(rowsPerSecond) ? "" : ", " + ScoringProgress.rate(rowsPerSecond));
  }
}
