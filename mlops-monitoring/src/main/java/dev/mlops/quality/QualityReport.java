package dev.mlops.quality;

import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What a suite says of a batch: a verdict with its evidence.
 *
 * <p>Immutable and safe for use by many threads. It keeps the batch, for {@link #quarantine()}.
 */
public final class QualityReport {
  private final String suite;
  private final Dataset batch;
  private final Instant asOf;
  private final List<Inspection> inspections;
  private final List<ExpectationResult> results;

  QualityReport(String suite, Dataset batch, Instant asOf, List<Inspection> inspections) {
    this.suite = suite;
    this.batch = batch;
    this.asOf = asOf;
    this.inspections = inspections;
    this.results = inspections.stream().map(Inspection::result).toList();
  }

  /**
   * Returns the name of the suite.
   *
   * @return the name
   */
  public String suite() {
    return suite;
  }

  /**
   * Returns the instant that the check took for now.
   *
   * @return the instant
   */
  public Instant asOf() {
    return asOf;
  }

  /**
   * Returns the number of rows in the batch.
   *
   * @return the number of rows
   */
  public int rowCount() {
    return batch.rowCount();
  }

  /**
   * Returns the verdict on the batch.
   *
   * @return blocked if a blocking expectation failed, else warned if another failed, else passed
   */
  public Verdict verdict() {
    if (failed(Severity.BLOCK)) {
      return Verdict.BLOCKED;
    }
    return failed(Severity.WARN) ? Verdict.WARNED : Verdict.PASSED;
  }

  private boolean failed(Severity severity) {
    return failures().stream().anyMatch(result -> result.expectation().severity() == severity);
  }

  /**
   * Returns what became of each expectation.
   *
   * @return the results in the suite's order; unmodifiable
   */
  public List<ExpectationResult> results() {
    return results;
  }

  /**
   * Returns what became of the expectations that failed, warnings included.
   *
   * @return the results in the suite's order; unmodifiable
   */
  public List<ExpectationResult> failures() {
    return results.stream().filter(result -> !result.met()).toList();
  }

  /**
   * Returns the score of one dimension: the mean of the scores of its expectations.
   *
   * @param dimension the dimension
   * @return the score, from 0 to 1; empty, that is unknown, if none of its expectations looked at
   *     anything
   */
  public OptionalDouble score(Dimension dimension) {
    return results.stream()
        .filter(result -> result.expectation().dimension() == dimension)
        .map(ExpectationResult::score)
        .flatMapToDouble(OptionalDouble::stream)
        .average();
  }

  /**
   * Parts the batch in rows that may go on and rows that may not.
   *
   * @return the two parts
   */
  public Quarantine quarantine() {
    return new Quarantine(batch, inspections);
  }

  /**
   * Returns the verdict in words.
   *
   * @return one sentence without a full stop
   */
  public String sentence() {
    List<ExpectationResult> failures = failures();
    if (failures.isEmpty()) {
      return suite + " passed: all " + results.size() + " expectations are met";
    }
    ExpectationResult worst = worst(failures);
    return suite
        + (verdict() == Verdict.BLOCKED ? " is blocked: " : " passed with warnings: ")
        + failures.size()
        + " of "
        + results.size()
        + " expectations failed; first: "
        + worst.sentence();
  }

  private static ExpectationResult worst(List<ExpectationResult> failures) {
    return failures.stream()
        .filter(result -> result.expectation().severity() == Severity.BLOCK)
        .findFirst()
        .orElse(failures.get(0));
  }

  /**
   * Refuses to go on with a blocked batch.
   *
   * @return this, if the batch is not blocked
   * @throws InvalidInputException if the batch is blocked; its message is the sentence
   */
  public QualityReport orThrow() {
    if (verdict() == Verdict.BLOCKED) {
      throw new InvalidInputException(sentence());
    }
    return this;
  }

  /**
   * Writes the report for readers in other languages.
   *
   * @return a JSON object with suite, as_of, rows, verdict, sentence, dimensions (a score or null
   *     each) and results
   */
  public String toJson() {
    return QualityJson.write(this);
  }

  /**
   * Returns the report for a reader.
   *
   * @return the sentence and one line for each expectation
   */
  @Override
  public String toString() {
    return results.stream()
        .map(ExpectationResult::toString)
        .collect(Collectors.joining("\n  ", sentence() + "\n  ", ""));
  }
}
