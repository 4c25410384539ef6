package dev.mlops.quality;

import dev.mlops.data.Dataset;
import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import dev.mlops.quality.ExpectationResult.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a suite says of a batch: a verdict with its evidence.
 *
 * <p>Immutable and safe for use by many threads. It keeps a dataset, for {@link #quarantine()}.
 */
public final class QualityReport {
  private final String suite;
  private final long rows;
  private final long setAside;
  private final Instant asOf;
  private final @Nullable Quarantine quarantine;
  private final List<ExpectationResult> results;

  QualityReport(String suite, Dataset batch, Instant asOf, List<Inspection> inspections) {
    this.suite = suite;
    this.rows = batch.rowCount();
    this.asOf = asOf;
    this.quarantine = new Quarantine(batch, inspections);
    this.setAside = quarantine.size();
    this.results = inspections.stream().map(Inspection::result).toList();
  }

  /** A report on data of which no row is kept. */
  QualityReport(
      String suite, long rows, long setAside, Instant asOf, List<ExpectationResult> results) {
    this.suite = suite;
    this.rows = rows;
    this.setAside = setAside;
    this.asOf = asOf;
    this.quarantine = null;
    this.results = Elements.copy(results, "results");
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
   * Returns the number of rows that were checked.
   *
   * @return the number of rows
   */
  public long rowCount() {
    return rows;
  }

  /**
   * Returns how many rows may not go on.
   *
   * @return the number of rows that break a blocking row check
   */
  public long setAside() {
    return setAside;
  }

  /**
   * Returns the verdict on the batch.
   *
   * @return blocked if a blocking expectation failed, else warned if another failed, else passed if
   *     an expectation was met, else not judged
   */
  public QualityVerdict verdict() {
    if (failed(Severity.BLOCK)) {
      return QualityVerdict.BLOCKED;
    }
    if (failed(Severity.WARN)) {
      return QualityVerdict.WARNED;
    }
    return of(Outcome.MET).isEmpty() ? QualityVerdict.NOT_JUDGED : QualityVerdict.PASSED;
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
    return of(Outcome.FAILED);
  }

  /**
   * Returns what became of the expectations that could not be judged, as there was nothing to look
   * at.
   *
   * @return the results in the suite's order; unmodifiable
   */
  public List<ExpectationResult> notJudged() {
    return of(Outcome.NOT_JUDGED);
  }

  private List<ExpectationResult> of(Outcome outcome) {
    return results.stream().filter(result -> result.outcome() == outcome).toList();
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
   * @throws IllegalStateException if the rows came in batches, of which none is kept
   */
  public Quarantine quarantine() {
    if (quarantine == null) {
      throw new IllegalStateException(
          "the rows of "
              + suite
              + " came in batches and are not kept; check each batch as a dataset to part its rows");
    }
    return quarantine;
  }

  /**
   * Returns the verdict in words, with what could not be judged and how many rows are set aside.
   *
   * @return one sentence without a full stop
   */
  public String sentence() {
    return suite + judgement() + unjudged() + partedRows();
  }

  private String judgement() {
    List<ExpectationResult> failures = failures();
    return switch (verdict()) {
      case BLOCKED -> " is blocked: " + failed(failures);
      case WARNED -> " passed with warnings: " + failed(failures);
      case PASSED -> " passed: " + met();
      case NOT_JUDGED ->
          " is not judged: "
              + (rowCount() == 0 ? "the batch has no rows" : "all values looked at are missing");
    };
  }

  private String met() {
    if (!notJudged().isEmpty()) {
      return Plural.grouped(of(Outcome.MET).size())
          + " of "
          + Plural.of(results.size(), "expectation is met", "expectations are met");
    }
    return results.size() == 1
        ? "its expectation is met"
        : "all " + Plural.of(results.size(), "expectation is met", "expectations are met");
  }

  private String failed(List<ExpectationResult> failures) {
    return Plural.grouped(failures.size())
        + " of "
        + Plural.of(results.size(), "expectation")
        + " failed"
        + "; first: "
        + worst(failures).sentence();
  }

  private String unjudged() {
    List<ExpectationResult> unjudged = notJudged();
    return unjudged.isEmpty()
        ? ""
        : "; "
            + unjudged.size()
            + " had nothing to look at, first: "
            + unjudged.get(0).expectation();
  }

  private String partedRows() {
    return setAside == 0 ? "" : "; " + setAside + " of " + Wording.rows(rows) + " set aside";
  }

  private static ExpectationResult worst(List<ExpectationResult> failures) {
    return failures.stream()
        .filter(result -> result.expectation().severity() == Severity.BLOCK)
        .findFirst()
        .orElse(failures.get(0));
  }

  /**
   * Refuses to go on with a batch that is blocked, or of which nothing could be judged. A suite for
   * batches that may be empty says so by {@code rowCount(0, most)}, which is judged.
   *
   * @return this, if the batch passed, with or without warnings
   * @throws InvalidInputException if it did not; its message is the sentence
   */
  public QualityReport orThrow() {
    if (verdict() == QualityVerdict.BLOCKED || verdict() == QualityVerdict.NOT_JUDGED) {
      throw new InvalidInputException(sentence());
    }
    return this;
  }

  /**
   * Writes the report for readers in other languages.
   *
   * @return a JSON object of a stated version, with suite, as_of, rows, set_aside, verdict,
   *     sentence, dimensions (a score or null each) and results
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
