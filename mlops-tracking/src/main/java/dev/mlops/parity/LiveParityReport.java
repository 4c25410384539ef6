package dev.mlops.parity;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Plural;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a sampled check of served features has seen.
 *
 * @param seen how many rows were served
 * @param judged how many of them were compared
 * @param diverging how many of those that were judged differ in a column at least
 * @param failed how many were of the sample and could not be judged, because the preparation threw
 * @param failure what it threw first, or null
 * @param check what came of each column
 */
public record LiveParityReport(
    long seen,
    long judged,
    long diverging,
    long failed,
    @Nullable String failure,
    ParityCheck check) {

  /**
   * Checks the parts.
   *
   * @param seen how many rows were served
   * @param judged how many of them were compared
   * @param diverging how many of those that were judged differ in a column at least
   * @param failed how many were of the sample and could not be judged
   * @param failure what the preparation threw first, or null
   * @param check what came of each column
   */
  public LiveParityReport {
    requireNonNull(check, "check");
  }

  /**
   * Returns how many rows were not judged: not of the sample, or failed.
   *
   * @return at least 0; a row that is being judged while this is read counts here
   */
  public long notJudged() {
    return seen - judged;
  }

  /**
   * Returns whether what was judged is as it should be. What was not judged has shown nothing.
   *
   * @return true if rows were judged, none failed, none diverges, and each column was compared
   */
  public boolean passed() {
    return judged > 0 && failed == 0 && check.passed();
  }

  /**
   * Returns what the preparation threw first.
   *
   * @return it, if it threw
   */
  public Optional<String> firstFailure() {
    return Optional.ofNullable(failure);
  }

  /** Returns the counts in one line, with the first value that diverges. */
  @Override
  public String toString() {
    return (passed() ? "passed: " : "not passed: ")
        + Plural.of(seen, "row")
        + " served, "
        + Plural.grouped(judged)
        + " judged, "
        + Plural.grouped(diverging)
        + " diverging, "
        + Plural.grouped(failed)
        + " failed"
        + (failure == null ? "" : " (" + failure + ")")
        + check.first().map(divergence -> "; first " + divergence).orElse("");
  }
}
