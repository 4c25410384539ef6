package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import java.util.Optional;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * An estimate with the range that holds the true value with a stated confidence; ends out of order
 * throw {@link IllegalArgumentException}.
 *
 * @param lower the lower end
 * @param estimate the estimate, between the ends
 * @param upper the upper end
 * @param confidence the share of such intervals that hold the true value, in (0, 1)
 */
public record Interval(double lower, double estimate, double upper, double confidence) {

  /**
   * Checks the order of the ends and the confidence.
   *
   * @param lower the lower end
   * @param estimate the estimate, between the ends
   * @param upper the upper end
   * @param confidence the share of such intervals that hold the true value
   * @throws IllegalArgumentException if not {@code lower <= estimate <= upper}, or the confidence
   *     is outside (0, 1)
   */
  public Interval {
    if (!(lower <= estimate && estimate <= upper)) {
      throw new IllegalArgumentException(
          "an interval needs lower <= estimate <= upper: %s, %s, %s"
              .formatted(Exactly.number(lower), Exactly.number(estimate), Exactly.number(upper)));
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence must lie between 0 and 1, both excluded: " + Exactly.number(confidence));
    }
  }

  /**
   * Returns the exact interval of a share, which covers at least as often as it says, whatever the
   * share and however few the trials.
   *
   * <p>Source: C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated
   * in the case of the binomial", Biometrika 26, 1934.
   *
   * @param successes how many of the trials succeeded
   * @param trials how many trials there were, at least 1
   * @param confidence the two-sided confidence, such as 0.95
   * @return the interval within [0, 1]; its estimate is {@code successes / trials}
   * @throws IllegalArgumentException if there is no trial, successes lie outside 0 to trials, or
   *     the confidence is outside (0, 1)
   */
  public static Interval share(long successes, long trials, double confidence) {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          "successes must lie between 0 and at least 1 trial: %d of %d"
              .formatted(successes, trials));
    }
    double tail = tail(confidence);
    long failures = trials - successes;
    double share = (double) successes / trials;
    double lower =
        successes == 0
            ? 0
            : BetaDistribution.of((double) successes, failures + 1.0)
                .inverseCumulativeProbability(tail);
    double upper =
        failures == 0
            ? 1
            : BetaDistribution.of(successes + 1.0, (double) failures)
                .inverseSurvivalProbability(tail);
    return new Interval(Math.min(lower, share), share, Math.max(upper, share), confidence);
  }

  /**
   * Returns the interval of the mean of bounded values, by betting: it covers at least as often as
   * it says, whatever the law of the values and however few they are. It is {@code [low, high]}
   * when they tell nothing.
   *
   * <p>Source: I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by
   * betting", Journal of the Royal Statistical Society B 86(1), 2024, section 4.
   *
   * <p>The bets are placed in an order of their own, always the same for the same number of values,
   * so a trend in the values as they are given does not pull the interval to one side.
   *
   * @param values independent values of one law, in any order; at least one
   * @param low the least value there can be
   * @param high the largest value there can be, above {@code low}
   * @param confidence the two-sided confidence, such as 0.95
   * @return the interval within [low, high]; its estimate is the mean
   * @throws IllegalArgumentException if there is no value, one is outside the bounds or not a
   *     number, the bounds are not finite and in order, or the confidence is outside (0, 1)
   */
  public static Interval boundedMean(double[] values, double low, double high, double confidence) {
    requireNonNull(values, "values");
    return BettingInterval.of(permuted(values), low, high, tail(confidence), confidence);
  }

  /** Chosen without a look at the values, so what holds for independent values holds on. */
  private static double[] permuted(double[] values) {
    double[] order = values.clone();
    SplitRandom random = SplitRandom.seeded(order.length);
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      double value = order[i];
      order[i] = order[other];
      order[other] = value;
    }
    return order;
  }

  /**
   * Returns the interval of the mean of values without known bounds, wide where few large values
   * make the mean, and none where they are too large to say anything.
   *
   * <p>No interval for such a mean covers whatever the distribution. This one was made for
   * distributions whose logarithms have tails no heavier than a normal one, and covers at least 94
   * % of the time at a confidence of 95 % for normal, exponential, log-normal and Student-t errors,
   * absolute or squared (from 20 values, squared from 50). It assumes that what is rare and large
   * was seen.
   *
   * @param values independent values of one law, all finite, in any order
   * @param confidence the two-sided confidence, such as 0.95
   * @return the interval; empty for fewer than 20 values, for values that are all equal, and if the
   *     tails are too heavy: the end would lie more than some 50 times above the estimate
   * @throws IllegalArgumentException if a value is not finite, or the confidence is outside (0, 1)
   */
  public static Optional<Interval> mean(double[] values, double confidence) {
    requireNonNull(values, "values");
    return SkewedMean.interval(values, tail(confidence), confidence);
  }

  /**
   * Returns the interval of a quantile, such as the median, between two of the sorted values: it
   * covers at least as often as it says, whatever the law of the values.
   *
   * <p>Source: H. A. David, H. N. Nagaraja, "Order Statistics", third edition, 2003, section 7.1.
   *
   * @param values independent values of one law, none NaN, in any order
   * @param share the share of values below the quantile, in (0, 1): 0.5 for the median
   * @param confidence the two-sided confidence, such as 0.95
   * @return the interval; empty if the values are too few for one, as five are for the median at 95
   *     %
   * @throws IllegalArgumentException if a value is NaN, or the share or the confidence is outside
   *     (0, 1)
   */
  public static Optional<Interval> quantile(double[] values, double share, double confidence) {
    requireNonNull(values, "values");
    return OrderStatistics.interval(values, share, tail(confidence), confidence);
  }

  /**
   * Returns the interval of an estimate that is normally distributed around the truth.
   *
   * @param estimate the estimate
   * @param standardError its standard deviation, at least 0
   * @param confidence the two-sided confidence, such as 0.95
   * @return the interval of the estimate plus and minus the normal quantile's multiple of the
   *     standard error
   * @throws IllegalArgumentException if the standard error is negative or not a number, or the
   *     confidence is outside (0, 1)
   */
  public static Interval normal(double estimate, double standardError, double confidence) {
    if (!(standardError >= 0)) {
      throw new IllegalArgumentException(
          "standardError must not be negative: " + Exactly.number(standardError));
    }
    double reach = quantile(confidence) * standardError;
    return new Interval(estimate - reach, estimate, estimate + reach, confidence);
  }

  private static double quantile(double confidence) {
    return NormalDistribution.of(0, 1).inverseSurvivalProbability(tail(confidence));
  }

  private static double tail(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence must lie between 0 and 1, both excluded: " + Exactly.number(confidence));
    }
    return (1 - confidence) / 2;
  }

  /**
   * Tells whether a value lies in the interval, its ends included.
   *
   * @param value the value
   * @return whether {@code lower <= value <= upper}
   */
  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }

  /**
   * Tells whether the whole interval lies below a value.
   *
   * @param value the value
   * @return whether {@code upper < value}
   */
  public boolean isBelow(double value) {
    return upper < value;
  }

  /**
   * Tells whether the whole interval lies above a value.
   *
   * @param value the value
   * @return whether {@code lower > value}
   */
  public boolean isAbove(double value) {
    return lower > value;
  }
}
