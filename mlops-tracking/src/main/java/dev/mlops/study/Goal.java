package dev.mlops.study;

import dev.mlops.error.Exactly;
import org.jspecify.annotations.Nullable;

/**
 * The metric that a study makes as large or as small as it can.
 *
 * @param metric its name
 * @param larger whether larger is better
 */
record Goal(String metric, boolean larger) {

  /** The value as a loss, of which less is better. */
  double loss(double value) {
    return larger ? -value : value;
  }

  @Override
  public String toString() {
    return (larger ? "maximise " : "minimise ") + metric;
  }

  /**
   * A limit that a trial must keep.
   *
   * @param metric its name
   * @param limit the last value that keeps it
   * @param atMost whether values above it violate, or those below
   */
  record Constraint(String metric, double limit, boolean atMost) {

    /**
     * By how much a value violates the limit: as a share of the limit, so that limits of several
     * units add up, and as it is where the limit is 0. What is not known violates without end.
     */
    double violation(@Nullable Double value) {
      if (value == null || value.isNaN()) {
        return Double.POSITIVE_INFINITY;
      }
      double beyond = atMost ? value - limit : limit - value;
      return beyond <= 0 ? 0 : limit == 0 ? beyond : beyond / Math.abs(limit);
    }

    @Override
    public String toString() {
      return metric + (atMost ? " at most " : " at least ") + Exactly.typed(limit);
    }
  }
}
