package dev.mlops.design;

import dev.mlops.stats.DeLong;
import dev.mlops.stats.Interval;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * How many rows prove a target, by the intervals with which the library measures.
 *
 * <p>Rows are made that show exactly the value expected, or else the best value there can be:
 * shares by their counts, an area under the ROC curve by the quantiles of two normal laws whose
 * distance gives that area, a bounded mean by equal terms. The least number is found by doubling
 * and halving, as an interval narrows with its rows.
 */
final class Proof {
  private static final long MOST_SHARES = 10_000_000;
  private static final int MOST_ROWS = 50_000;
  private static final int MOST_TERMS = 20_000;

  private Proof() {}

  static OptionalLong rowsNeeded(Target target, double positiveRate) {
    if (target.least().isEmpty() && target.greatest().isEmpty()) {
      return OptionalLong.empty();
    }
    Metric metric = target.metric();
    double value = target.expected().orElse(best(target));
    if (!metric.isBuiltIn() || Double.isNaN(value)) {
      return OptionalLong.empty();
    }
    return switch (metric.method()) {
      case "Clopper-Pearson" ->
          least(1, MOST_SHARES, rows -> isWithin(target, share(value, rows, target.confidence())));
      case "DeLong" ->
          least(
              metric.leastRows(),
              MOST_ROWS,
              rows ->
                  area(value, rows, positiveRate, target.confidence())
                      .filter(interval -> isWithin(target, interval))
                      .isPresent());
      case "betting" ->
          least(1, MOST_TERMS, rows -> isWithin(target, mean(metric, value, rows, target)));
      default -> OptionalLong.empty();
    };
  }

  /** The value that is proved by the fewest rows; NaN if there is none without an expectation. */
  private static double best(Target target) {
    Metric metric = target.metric();
    return switch (metric.direction()) {
      case HIGHER -> metric.greatest();
      case LOWER -> metric.least();
      case NEITHER -> Double.NaN;
    };
  }

  private static boolean isWithin(Target target, Interval interval) {
    return interval.lower() >= target.least().orElse(Double.NEGATIVE_INFINITY)
        && interval.upper() <= target.greatest().orElse(Double.POSITIVE_INFINITY);
  }

  private static Interval share(double value, long rows, double confidence) {
    return Interval.share(Math.round(value * rows), rows, confidence);
  }

  private static Interval mean(Metric metric, double value, long rows, Target target) {
    double[] terms = new double[(int) rows];
    Arrays.fill(terms, value);
    return Interval.boundedMean(terms, metric.least(), metric.greatest(), target.confidence());
  }

  /** Two normal laws with deviation 1 and distance {@code sqrt(2) * quantile(area)}. */
  private static Optional<Interval> area(
      double area, long rows, double positiveRate, double confidence) {
    int hits = (int) Math.round(rows * positiveRate);
    int rest = (int) rows - hits;
    if (Math.min(hits, rest) < 10) {
      return Optional.empty();
    }
    NormalDistribution normal = NormalDistribution.of(0, 1);
    double distance =
        area >= 1 ? 20 : area <= 0 ? -20 : Math.sqrt(2) * normal.inverseCumulativeProbability(area);
    double[] scores = new double[hits + rest];
    boolean[] positives = new boolean[hits + rest];
    for (int i = 0; i < scores.length; i++) {
      positives[i] = i < hits;
      double at = positives[i] ? (i + 0.5) / hits : (i - hits + 0.5) / rest;
      scores[i] = normal.inverseCumulativeProbability(at) + (positives[i] ? distance : 0);
    }
    return Optional.of(DeLong.interval(scores, positives, confidence));
  }

  private interface Attempt {
    boolean proves(long rows);
  }

  private static OptionalLong least(long from, long most, Attempt attempt) {
    long proved = from;
    while (!attempt.proves(proved)) {
      if (proved == most) {
        return OptionalLong.empty();
      }
      proved = Math.min(most, 2 * proved);
    }
    long failed = proved == from ? from - 1 : proved / 2;
    while (proved - failed > 1) {
      long middle = failed + (proved - failed) / 2;
      if (attempt.proves(middle)) {
        proved = middle;
      } else {
        failed = middle;
      }
    }
    return OptionalLong.of(proved);
  }
}
