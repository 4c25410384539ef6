package dev.mlops.monitoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.design.Metric;
import dev.mlops.stats.Interval;
import java.util.Locale;

/**
 * A number about a model, with the range in which the truth lies.
 *
 * @param metric what was measured
 * @param interval the estimate and its interval
 * @param n how many predictions it rests on
 * @param method where the interval comes from, such as {@code DeLong}
 */
public record Measurement(Metric metric, Interval interval, long n, String method) {
  /**
   * Checks that nothing is missing.
   *
   * @param metric what was measured
   * @param interval the estimate and its interval
   * @param n how many predictions it rests on
   * @param method where the interval comes from, such as {@code DeLong}
   */
  public Measurement {
    requireNonNull(metric, "metric");
    requireNonNull(interval, "interval");
    requireNonNull(method, "method");
  }

  /**
   * Returns the estimate.
   *
   * @return the estimate
   */
  public double value() {
    return interval.estimate();
  }

  /**
   * Returns the lower end.
   *
   * @return the lower end of the interval
   */
  public double low() {
    return interval.lower();
  }

  /**
   * Returns the upper end.
   *
   * @return the upper end of the interval
   */
  public double high() {
    return interval.upper();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s %.4f [%.4f, %.4f] of %d", metric, value(), low(), high(), n);
  }
}
