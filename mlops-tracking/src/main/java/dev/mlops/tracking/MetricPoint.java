package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Comparator;

/**
 * One value of a metric.
 *
 * @param step where in the training it was taken; any number, negative ones too
 * @param time when it was logged, in whole microseconds
 * @param value what was measured; NaN and infinities are kept as they are
 */
public record MetricPoint(long step, Instant time, double value)
    implements Comparable<MetricPoint> {

  private static final Comparator<MetricPoint> ORDER =
      Comparator.comparingLong(MetricPoint::step)
          .thenComparing(MetricPoint::time)
          .thenComparing(MetricPoint::value, MetricPoint::compareValues);

  /**
   * Checks the parts.
   *
   * @param step where in the training it was taken; any number, negative ones too
   * @param time when it was logged, in whole microseconds
   * @param value what was measured; NaN and infinities are kept as they are
   */
  public MetricPoint {
    requireNonNull(time, "time");
  }

  /**
   * Orders points by step, then time, then value, with NaN below every number. The greatest point
   * of a metric is its latest.
   */
  @Override
  public int compareTo(MetricPoint other) {
    return ORDER.compare(this, other);
  }

  static int compareValues(double left, double right) {
    if (Double.isNaN(left) || Double.isNaN(right)) {
      return Boolean.compare(Double.isNaN(right), Double.isNaN(left));
    }
    return Double.compare(left, right);
  }
}
