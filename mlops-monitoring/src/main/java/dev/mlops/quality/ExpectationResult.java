package dev.mlops.quality;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What became of one expectation, with the evidence.
 *
 * @param expectation what was expected
 * @param met whether it was met
 * @param observed what was seen, such as {@code 1 of 4 failed} or {@code 1503 rows}
 * @param considered how many rows a row check looked at (nulls are skipped by most); 0 for a check
 *     of the whole batch
 * @param failing how many of them failed
 * @param sample the first of the failing rows, at most 20, in row order
 * @param score the share of rows that passed, or 1 or 0 for a check of the whole batch; empty if
 *     there was no row to look at
 */
public record ExpectationResult(
    Expectation expectation,
    boolean met,
    String observed,
    long considered,
    long failing,
    List<FailingRow> sample,
    OptionalDouble score) {

  /**
   * Copies the sample.
   *
   * @param expectation what was expected
   * @param met whether it was met
   * @param observed what was seen, such as {@code 1 of 4 failed} or {@code 1503 rows}
   * @param considered how many rows a row check looked at (nulls are skipped by most); 0 for a
   *     check of the whole batch
   * @param failing how many of them failed
   * @param sample the first of the failing rows, at most 20, in row order
   * @param score the share of rows that passed, or 1 or 0 for a check of the whole batch; empty if
   *     there was no row to look at
   */
  public ExpectationResult {
    sample = List.copyOf(sample);
  }

  /**
   * Returns the result in words.
   *
   * @return one sentence without a full stop: the expectation, what was seen, and the first
   *     offending row if there is one
   */
  public String sentence() {
    String seen = expectation + ": " + observed;
    return sample.isEmpty() ? seen : seen + ", e.g. " + sample.get(0);
  }

  @Override
  public String toString() {
    return (met ? "met: " : expectation.severity() == Severity.BLOCK ? "FAILED: " : "warning: ")
        + sentence();
  }
}
