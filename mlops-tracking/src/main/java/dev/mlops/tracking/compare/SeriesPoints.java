package dev.mlops.tracking.compare;

import dev.mlops.data.Dataset;
import dev.mlops.error.Exactly;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunView;
import dev.mlops.tracking.compare.RerunResult.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The points of a metric by step and value. Their times are left out: of points that share a step
 * the earlier one may be the later one the next time.
 */
final class SeriesPoints {

  private final long[] steps;
  private final double[] values;

  private SeriesPoints(long[] steps, double[] values) {
    this.steps = steps;
    this.values = values;
  }

  /** Reads the points; none if the run does not have the metric. */
  static SeriesPoints of(ExperimentTracker tracker, RunView run, String metric) {
    if (!run.metrics().containsKey(metric)) {
      return new SeriesPoints(new long[0], new double[0]);
    }
    Dataset history = tracker.history(run.id(), metric);
    return of(history.longs("step").toArray(), history.doubles("value").toArray());
  }

  static SeriesPoints of(long[] steps, double[] values) {
    int[] order =
        IntStream.range(0, steps.length)
            .boxed()
            .sorted(
                (one, other) -> {
                  int byStep = Long.compare(steps[one], steps[other]);
                  return byStep != 0 ? byStep : Double.compare(values[one], values[other]);
                })
            .mapToInt(Integer::intValue)
            .toArray();
    return new SeriesPoints(
        IntStream.of(order).mapToLong(i -> steps[i]).toArray(),
        IntStream.of(order).mapToDouble(i -> values[i]).toArray());
  }

  /** Lists what differs, by step, to the first that is beyond the tolerance, and at least 1. */
  List<Difference> differences(SeriesPoints other, String metric, double tolerance) {
    List<Difference> found = new ArrayList<>();
    String part = "metric " + metric;
    int longest = Math.max(steps.length, other.steps.length);
    for (int i = 0; i < longest; i++) {
      Double left = i < steps.length ? (Double) values[i] : null;
      Double right = i < other.steps.length ? (Double) other.values[i] : null;
      long step = left == null ? other.steps[i] : steps[i];
      if (left != null && right != null && steps[i] != other.steps[i]) {
        step = Math.min(steps[i], other.steps[i]);
        left = step == steps[i] ? left : null;
        right = step == other.steps[i] ? right : null;
      }
      if (left == null || right == null) {
        found.add(new Difference(part, step, text(left), text(right), null, false));
        return found;
      }
      if (Double.compare(left, right) != 0) {
        boolean within = isWithin(left, right, tolerance);
        if (found.isEmpty() || !within) {
          found.add(new Difference(part, step, text(left), text(right), ulps(left, right), within));
        }
        if (!within) {
          return found;
        }
      }
    }
    return found;
  }

  private static @Nullable String text(@Nullable Double value) {
    if (value == null) {
      return null;
    }
    return Double.compare(value, -0.0) == 0 ? "-0" : Exactly.typed(value);
  }

  /** With a tolerance of 0 only the same bits are near, so 0.0 and -0.0 are not. */
  private static boolean isWithin(double left, double right, double tolerance) {
    double most = Math.max(Math.abs(left), Math.abs(right));
    return tolerance > 0 && Double.isFinite(most) && Math.abs(left - right) <= tolerance * most;
  }

  /** How many doubles lie from one to the other, null if one is not finite. */
  static @Nullable Long ulps(double left, double right) {
    if (!Double.isFinite(left) || !Double.isFinite(right)) {
      return null;
    }
    long apart = ordered(left) - ordered(right);
    boolean overflows = ((ordered(left) ^ ordered(right)) & (ordered(left) ^ apart)) < 0;
    return overflows || apart == Long.MIN_VALUE ? (Long) Long.MAX_VALUE : (Long) Math.abs(apart);
  }

  /** A whole number for each double, in their order: neighbours differ by 1, and -0.0 is -1. */
  private static long ordered(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits < 0 ? Long.MIN_VALUE - bits - 1 : bits;
  }
}
