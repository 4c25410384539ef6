package dev.mlops.drift;

import dev.mlops.error.Elements;
import dev.mlops.error.NotFoundException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a comparison of a window with its reference says, column by column and as a whole.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class DriftReport {
  private final List<ColumnDrift> columns;
  private final long rows;
  private final Map<String, Double> importance;
  private final double leastShare;

  DriftReport(
      List<ColumnDrift> columns, long rows, Map<String, Double> importance, double leastShare) {
    this.columns = Elements.copy(columns, "columns");
    this.rows = rows;
    this.importance = Map.copyOf(importance);
    this.leastShare = leastShare;
  }

  /**
   * Returns what is said of each column.
   *
   * @return the outcomes in the reference's order, then what is new; unmodifiable
   */
  public List<ColumnDrift> columns() {
    return columns;
  }

  /**
   * Returns what is said of one column.
   *
   * @param column the column's name
   * @return the outcome
   * @throws NotFoundException if the column was not compared
   */
  public ColumnDrift get(String column) {
    return columns.stream()
        .filter(outcome -> outcome.column().equals(column))
        .findFirst()
        .orElseThrow(
            () ->
                new NotFoundException(
                    "column '" + column + "' was not compared; found: " + names(columns)));
  }

  /**
   * Returns the number of rows in the window.
   *
   * @return the number of rows
   */
  public long rows() {
    return rows;
  }

  /**
   * Returns the columns that are not what they were: drifted, missing, or of another type.
   *
   * @return their names in the reference's order; unmodifiable
   */
  public List<String> driftedColumns() {
    return names(columns.stream().filter(DriftReport::isDrift).toList());
  }

  static boolean isDrift(ColumnDrift outcome) {
    return outcome instanceof ColumnDrift.Drifted || isCertain(outcome);
  }

  /** Whether an outcome is drift in which chance has no part. */
  static boolean isCertain(ColumnDrift outcome) {
    return outcome instanceof ColumnDrift.Missing || outcome instanceof ColumnDrift.Retyped;
  }

  /**
   * Returns the columns of which something could be said: all but those that are new, skipped, or
   * have too few rows.
   *
   * @return their names in the reference's order; unmodifiable. If it is empty, the report says
   *     nothing about drift, and that {@link #drifted()} is false means nothing
   */
  public List<String> judged() {
    return names(columns.stream().filter(DriftReport::isJudged).toList());
  }

  static boolean isJudged(ColumnDrift outcome) {
    return isDrift(outcome)
        || outcome instanceof ColumnDrift.Small
        || outcome instanceof ColumnDrift.Unchanged;
  }

  private static List<String> names(List<ColumnDrift> outcomes) {
    return outcomes.stream().map(ColumnDrift::column).toList();
  }

  /**
   * Returns the share of columns that have drifted, are missing, or are of another type, each
   * weighted by its importance.
   *
   * @return the share of those that could be judged, from 0 to 1; empty, that is unknown, if none
   *     could
   */
  public OptionalDouble driftedShare() {
    return judged().isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(share(driftedColumns()));
  }

  /** The weighted share that some of the judged columns have among them all. */
  double share(List<String> some) {
    double all = 0;
    double theirs = 0;
    for (String column : judged()) {
      double weight = importance.getOrDefault(column, 1.0);
      all += weight;
      theirs += some.contains(column) ? weight : 0;
    }
    return all == 0 ? 0 : theirs / all;
  }

  /** Whether a weighted share of drifted columns makes the data drifted. */
  boolean isEnough(double share) {
    return share > 0 && share >= leastShare;
  }

  /**
   * Tells whether the data as a whole has drifted.
   *
   * @return true if the drifted share is above 0 and at least the share that the detector asks for
   */
  public boolean drifted() {
    return isEnough(share(driftedColumns()));
  }

  /**
   * Returns the outcome in words, with every column in it: how many were judged, and how many were
   * not.
   *
   * @return one sentence without a full stop
   */
  public String sentence() {
    return verdict() + ": " + (columns.isEmpty() ? "no column" : counts());
  }

  private String verdict() {
    if (judged().isEmpty()) {
      return rows == 0 ? "nothing judged, the window has no rows" : "nothing judged";
    }
    if (drifted()) {
      return "drift";
    }
    return driftedColumns().isEmpty() ? "no drift" : "no drift of the whole";
  }

  /** How many columns have each kind of answer, the worst first. */
  String counts() {
    return Stream.of(
            count(ColumnDrift.Missing.class, "missing"),
            count(ColumnDrift.Retyped.class, "of another type"),
            count(ColumnDrift.Drifted.class, "drifted"),
            count(ColumnDrift.Small.class, "changed a little"),
            count(ColumnDrift.Unchanged.class, "unchanged as far as can be seen"),
            count(ColumnDrift.TooFewRows.class, "with too few rows"),
            count(ColumnDrift.Skipped.class, "skipped"),
            count(ColumnDrift.New.class, "new"))
        .filter(words -> !words.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private String count(Class<? extends ColumnDrift> kind, String words) {
    List<String> some = names(columns.stream().filter(kind::isInstance).toList());
    if (some.isEmpty()) {
      return "";
    }
    boolean usual = kind == ColumnDrift.Unchanged.class;
    return some.size() + " " + words + (usual ? "" : " " + Text.names(some));
  }

  /**
   * Writes the report for readers in other languages.
   *
   * @return a JSON object of a stated version, with drifted, sentence, drifted_share, rows, judged
   *     and columns
   */
  public String toJson() {
    return DriftJson.write(this);
  }

  /**
   * Returns the report for a reader.
   *
   * @return the sentence and one line for each column
   */
  @Override
  public String toString() {
    return columns.stream()
        .map(ColumnDrift::sentence)
        .collect(Collectors.joining("\n  ", sentence() + "\n  ", ""));
  }
}
