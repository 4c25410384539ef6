package dev.mlops.stats;

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
              .formatted(lower, estimate, upper));
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence must lie between 0 and 1, both excluded: " + confidence);
    }
  }

  /**
   * Returns Wilson's score interval of a share, which keeps its promise near 0 and 1 and for small
   * numbers.
   *
   * <p>Source: E. B. Wilson, "Probable inference, the law of succession, and statistical
   * inference", Journal of the American Statistical Association 22, 1927.
   *
   * @param successes how many of the trials succeeded
   * @param trials how many trials there were, at least 1
   * @param confidence the two-sided confidence, such as 0.95
   * @return the interval within [0, 1]; its estimate is {@code successes / trials}
   * @throws IllegalArgumentException if there is no trial, successes lie outside 0 to trials, or
   *     the confidence is outside (0, 1)
   */
  public static Interval wilson(long successes, long trials, double confidence) {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          "successes must lie between 0 and at least 1 trials: %d of %d"
              .formatted(successes, trials));
    }
    double z = quantile(confidence);
    double share = (double) successes / trials;
    double weight = z * z / trials;
    double centre = (share + weight / 2) / (1 + weight);
    double reach = Math.sqrt(weight * (share * (1 - share) + weight / 4)) / (1 + weight);
    double lower = successes == 0 ? 0 : Math.max(0, centre - reach);
    double upper = successes == trials ? 1 : Math.min(1, centre + reach);
    return new Interval(Math.min(lower, share), share, Math.max(upper, share), confidence);
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
      throw new IllegalArgumentException("standardError must not be negative: " + standardError);
    }
    double reach = quantile(confidence) * standardError;
    return new Interval(estimate - reach, estimate, estimate + reach, confidence);
  }

  private static double quantile(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence must lie between 0 and 1, both excluded: " + confidence);
    }
    return NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - confidence) / 2);
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
