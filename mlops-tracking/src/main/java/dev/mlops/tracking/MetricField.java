package dev.mlops.tracking;

import dev.mlops.error.Exactly;
import dev.mlops.storage.Names;
import java.util.List;

/**
 * A metric in a {@link RunQuery}: its latest value, unless {@link #min()}, {@link #max()} or {@link
 * #first()} asks for another. NaN fulfils no comparison. Immutable.
 */
public final class MetricField {

  private final String name;
  private final String which;

  MetricField(String name, String which) {
    this.name = Names.checked("metric", name);
    this.which = which;
  }

  /**
   * Asks for the smallest value that the run logged.
   *
   * @return the same metric by its smallest value
   */
  public MetricField min() {
    return new MetricField(name, "min");
  }

  /**
   * Asks for the greatest value that the run logged.
   *
   * @return the same metric by its greatest value
   */
  public MetricField max() {
    return new MetricField(name, "max");
  }

  /**
   * Asks for the first value that the run logged.
   *
   * @return the same metric by its first value
   */
  public MetricField first() {
    return new MetricField(name, "first");
  }

  /**
   * Compares.
   *
   * @param limit a number
   * @return holds where the value is {@code >= limit}
   */
  public RunFilter atLeast(double limit) {
    return compared(">=", limit);
  }

  /**
   * Compares.
   *
   * @param limit a number
   * @return holds where the value is {@code <= limit}
   */
  public RunFilter atMost(double limit) {
    return compared("<=", limit);
  }

  /**
   * Compares.
   *
   * @param limit a number
   * @return holds where the value is {@code > limit}
   */
  public RunFilter above(double limit) {
    return compared(">", limit);
  }

  /**
   * Compares.
   *
   * @param limit a number
   * @return holds where the value is {@code < limit}
   */
  public RunFilter below(double limit) {
    return compared("<", limit);
  }

  /**
   * Asks for runs that logged the metric.
   *
   * @return holds where there is a value, NaN included
   */
  public RunFilter exists() {
    return new RunFilter(exists(""), List.of(name), this + " exists");
  }

  /**
   * Asks for runs whose value is NaN, such as those that diverged.
   *
   * @return holds where there is a value and it is no number
   */
  public RunFilter isNaN() {
    return new RunFilter(
        exists(" AND f." + which + "_real > ?"),
        List.of(name, Double.POSITIVE_INFINITY),
        this + " is NaN");
  }

  /**
   * Asks for runs that did not log the metric.
   *
   * @return holds where there is no value
   */
  public RunFilter missing() {
    return new RunFilter("(NOT " + exists("") + ")", List.of(name), this + " is missing");
  }

  /**
   * Orders runs by this metric.
   *
   * @return smallest first
   */
  public RunOrder ascending() {
    return order(false);
  }

  /**
   * Orders runs by this metric.
   *
   * @return greatest first
   */
  public RunOrder descending() {
    return order(true);
  }

  private RunOrder order(boolean descending) {
    return new RunOrder("mlops_run_metrics", name, which + "_real", null, descending, toString());
  }

  /** Both databases hold NaN to be above infinity, so a second bound keeps it out. */
  private RunFilter compared(String operator, double limit) {
    if (Double.isNaN(limit)) {
      throw new IllegalArgumentException("limit of " + this + " must be a number: NaN");
    }
    String value = "f." + which + "_real";
    return new RunFilter(
        exists(" AND " + value + " " + operator + " ? AND " + value + " <= ?"),
        List.of(name, limit, Double.POSITIVE_INFINITY),
        this + " " + operator + " " + Exactly.number(limit));
  }

  private static String exists(String condition) {
    return "r.id IN (SELECT f.run FROM mlops_run_metrics f WHERE f.name = ?" + condition + ")";
  }

  /** Returns the field in words, such as {@code metric loss min}. */
  @Override
  public String toString() {
    return "metric " + name + (which.equals("latest") ? "" : " " + which);
  }
}
