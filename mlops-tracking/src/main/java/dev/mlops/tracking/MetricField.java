package dev.mlops.tracking;

import dev.mlops.error.Exactly;
import dev.mlops.storage.Names;
import dev.mlops.tracking.Condition.MetricValue;
import dev.mlops.tracking.Condition.NumberTest;
import dev.mlops.tracking.Condition.Sign;

/**
 * A metric in a {@link RunQuery}: its latest value, unless {@link #min()}, {@link #max()} or {@link
 * #first()} asks for another. NaN fulfils no comparison. Immutable.
 */
public final class MetricField {

  private final String name;
  private final MetricValue which;

  MetricField(String name, MetricValue which) {
    this.name = Names.checked("metric", name);
    this.which = which;
  }

  /**
   * Asks for the smallest value that the run logged.
   *
   * @return the same metric by its smallest value
   */
  public MetricField min() {
    return new MetricField(name, MetricValue.MIN);
  }

  /**
   * Asks for the greatest value that the run logged.
   *
   * @return the same metric by its greatest value
   */
  public MetricField max() {
    return new MetricField(name, MetricValue.MAX);
  }

  /**
   * Asks for the first value that the run logged.
   *
   * @return the same metric by its first value
   */
  public MetricField first() {
    return new MetricField(name, MetricValue.FIRST);
  }

  /**
   * Compares.
   *
   * @param limit a number
   * @return holds where the value is {@code >= limit}
   */
  public RunFilter atLeast(double limit) {
    return compared(Sign.AT_LEAST, limit);
  }

  /**
   * Compares.
   *
   * @param limit a number
   * @return holds where the value is {@code <= limit}
   */
  public RunFilter atMost(double limit) {
    return compared(Sign.AT_MOST, limit);
  }

  /**
   * Compares.
   *
   * @param limit a number
   * @return holds where the value is {@code > limit}
   */
  public RunFilter above(double limit) {
    return compared(Sign.ABOVE, limit);
  }

  /**
   * Compares.
   *
   * @param limit a number
   * @return holds where the value is {@code < limit}
   */
  public RunFilter below(double limit) {
    return compared(Sign.BELOW, limit);
  }

  /**
   * Asks for a value.
   *
   * @param value a number; not NaN, for which there is {@link #isNaN()}
   * @return holds where the value is equal
   */
  public RunFilter equalTo(double value) {
    return compared(Sign.EQUAL, value);
  }

  /**
   * Asks for runs that logged the metric.
   *
   * @return holds where there is a value, NaN included
   */
  public RunFilter exists() {
    return tested(new NumberTest.Present(), "exists");
  }

  /**
   * Asks for runs whose value is NaN, such as those that diverged.
   *
   * @return holds where there is a value and it is no number
   */
  public RunFilter isNaN() {
    return tested(new NumberTest.IsNaN(), "is NaN");
  }

  /**
   * Asks for runs that did not log the metric.
   *
   * @return holds where there is no value
   */
  public RunFilter missing() {
    return new RunFilter(new Condition.Not(exists().condition()), this + " is missing");
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
    return RunOrder.ofMetric(name, which, descending, toString());
  }

  RunFilter compared(Sign sign, double limit) {
    if (Double.isNaN(limit)) {
      throw new IllegalArgumentException("limit of " + this + " must be a number: NaN");
    }
    return tested(new NumberTest.Compared(sign, limit), sign.text + " " + Exactly.number(limit));
  }

  private RunFilter tested(NumberTest test, String words) {
    return new RunFilter(new Condition.OnMetric(name, which, test), this + " " + words);
  }

  /** Returns the field in words, such as {@code metric loss min}. */
  @Override
  public String toString() {
    return "metric " + name + (which == MetricValue.LATEST ? "" : " " + which.column());
  }
}
