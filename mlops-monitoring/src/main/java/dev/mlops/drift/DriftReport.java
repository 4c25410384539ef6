package dev.mlops.drift;

import dev.mlops.error.NotFoundException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a comparison of a window with its reference says, column by column and as a whole.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class DriftReport {
  private final List<ColumnDrift> columns;
  private final List<String> skipped;
  private final Map<String, Double> importance;
  private final double leastShare;

  DriftReport(
      List<ColumnDrift> columns,
      List<String> skipped,
      Map<String, Double> importance,
      double leastShare) {
    this.columns = List.copyOf(columns);
    this.skipped = List.copyOf(skipped);
    this.importance = Map.copyOf(importance);
    this.leastShare = leastShare;
  }

  /**
   * Returns what is said of each column.
   *
   * @return the outcomes in the reference's order; unmodifiable
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
   * Returns the columns that have drifted.
   *
   * @return their names in the reference's order; unmodifiable
   */
  public List<String> driftedColumns() {
    return names(columns.stream().filter(ColumnDrift.Drifted.class::isInstance).toList());
  }

  private static List<String> names(List<ColumnDrift> outcomes) {
    return outcomes.stream().map(ColumnDrift::column).toList();
  }

  /**
   * Returns the columns of the reference that cannot be compared.
   *
   * @return the names of columns of instants or vectors; unmodifiable
   */
  public List<String> skipped() {
    return skipped;
  }

  /**
   * Returns the share of columns that have drifted, each weighted by its importance.
   *
   * @return the share of those that could be judged, from 0 to 1; 0 if none could
   */
  public double driftedShare() {
    return share(driftedColumns());
  }

  /** The weighted share that some of the judged columns have among them all. */
  double share(List<String> some) {
    double all = 0;
    double theirs = 0;
    for (ColumnDrift column : columns) {
      if (!(column instanceof ColumnDrift.TooFewSamples)) {
        double weight = importance.getOrDefault(column.column(), 1.0);
        all += weight;
        theirs += some.contains(column.column()) ? weight : 0;
      }
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
    return isEnough(driftedShare());
  }

  /**
   * Tells whether there were too few rows to judge any column.
   *
   * @return true if no column could be judged
   */
  public boolean tooFewSamples() {
    return columns.stream().allMatch(ColumnDrift.TooFewSamples.class::isInstance);
  }

  /**
   * Returns the outcome in words.
   *
   * @return one sentence without a full stop
   */
  public String sentence() {
    if (tooFewSamples()) {
      return "too few rows to judge any of " + columns.size() + " columns";
    }
    List<String> drifted = driftedColumns();
    if (drifted.isEmpty()) {
      return "no drift in " + columns.size() + " columns";
    }
    String enough = drifted() ? "drift: " : "no drift of the whole: ";
    return enough + drifted.size() + " of " + columns.size() + " columns drifted, " + drifted;
  }

  /**
   * Writes the report for readers in other languages.
   *
   * @return a JSON object with drifted, sentence, drifted_share, columns and skipped
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
