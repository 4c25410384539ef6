package dev.mlops.quality;

import dev.mlops.error.Elements;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What became of one expectation, with the evidence.
 *
 * @param expectation what was expected
 * @param outcome whether it was met, failed, or could not be judged
 * @param observed what was seen in words, such as {@code 1 of 4 failed} or {@code 1503 rows}
 * @param number the number that a check of the whole batch saw, such as a mean, with all its
 *     digits; empty if it saw none. It is a {@code Long} for a count, a {@code BigDecimal} for an
 *     aggregate of whole numbers, a {@code Double} else, which may be infinite or NaN
 * @param considered how many rows a row check looked at (missing values are skipped by most); 0 for
 *     a check of the whole batch
 * @param failing how many of them failed
 * @param sample the first of the failing rows, at most 20, in row order
 * @param score the share of rows that passed, or 1 or 0 for a check of the whole batch; empty if
 *     there was no row to look at
 */
public record ExpectationResult(
    Expectation expectation,
    Outcome outcome,
    String observed,
    Optional<Number> number,
    long considered,
    long failing,
    List<FailingRow> sample,
    OptionalDouble score) {

  /** What became of an expectation. */
  public enum Outcome {
    /** It was met. */
    MET,
    /** It was not met. */
    FAILED,
    /** There was nothing to look at: no row, or no row with a value. */
    NOT_JUDGED
  }

  /**
   * Copies the sample.
   *
   * @param expectation what was expected
   * @param outcome whether it was met, failed, or could not be judged
   * @param observed what was seen in words
   * @param number the number that a check of the whole batch saw
   * @param considered how many rows a row check looked at
   * @param failing how many of them failed
   * @param sample the first of the failing rows, at most 20, in row order
   * @param score the share of rows that passed
   */
  public ExpectationResult {
    sample = Elements.copy(sample, "sample");
  }

  /**
   * Tells whether the expectation was met.
   *
   * @return true if it was judged and met
   */
  public boolean met() {
    return outcome == Outcome.MET;
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
    String said =
        switch (outcome) {
          case MET -> "met: ";
          case FAILED -> expectation.severity() == Severity.BLOCK ? "FAILED: " : "warning: ";
          case NOT_JUDGED -> "not judged: ";
        };
    return said + sentence();
  }
}
