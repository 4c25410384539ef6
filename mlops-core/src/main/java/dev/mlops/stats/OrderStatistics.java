package dev.mlops.stats;

import dev.mlops.error.Exactly;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The interval of a quantile between two sorted values: how many of n values lie below the true
 * quantile is binomial, whatever their law.
 */
final class OrderStatistics {

  private OrderStatistics() {}

  static Optional<Interval> interval(
      double[] values, double share, double tail, double confidence) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "a quantile's share must lie between 0 and 1, both excluded: " + Exactly.number(share));
    }
    double[] sorted = sorted(values);
    int n = sorted.length;
    if (n == 0) {
      return Optional.empty();
    }
    BinomialDistribution below = BinomialDistribution.of(n, share);
    int first = firstAbove(below, tail);
    int last = lastBelow(below, tail);
    if (first < 1 || last > n) {
      return Optional.empty();
    }
    double estimate = sorted[Math.min(n - 1, (int) (share * n))];
    double lower = sorted[first - 1];
    double upper = sorted[last - 1];
    return Optional.of(
        new Interval(lower, Math.min(upper, Math.max(lower, estimate)), upper, confidence));
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    if (sorted.length > 0 && Double.isNaN(sorted[sorted.length - 1])) {
      throw new IllegalArgumentException("a quantile needs numbers; found NaN");
    }
    return sorted;
  }

  /** The largest r with P(fewer than r below) at most the tail; 0 if there is none. */
  private static int firstAbove(BinomialDistribution below, double tail) {
    int first = below.inverseCumulativeProbability(tail);
    while (first > 0 && below.cumulativeProbability(first - 1) > tail) {
      first--;
    }
    return first;
  }

  /** The least r with P(at least r below) at most the tail. */
  private static int lastBelow(BinomialDistribution below, double tail) {
    int last = below.inverseSurvivalProbability(tail) + 1;
    while (below.survivalProbability(last - 1) > tail) {
      last++;
    }
    return last;
  }
}
