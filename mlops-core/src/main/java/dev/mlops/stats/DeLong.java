package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Plural;
import java.util.Arrays;

/**
 * How sure one can be of an area under the ROC curve, and of the difference between two of them on
 * the same units.
 *
 * <p>Sources: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, "Comparing the areas under two or
 * more correlated receiver operating characteristic curves", Biometrics 44(3), 1988; X. Sun, W. Xu,
 * "Fast implementation of DeLong's algorithm", IEEE Signal Processing Letters 21(11), 2014
 * (midranks instead of all pairs). Stateless and thread-safe; {@code O(n log n)}.
 */
public final class DeLong {

  /*
   * The placement of a positive unit is the share of negatives that score below it (ties one
   * half), that of a negative the share of positives above it. Each set of placements averages to
   * the area, and as the areas are means over the two classes, the covariance of two areas is
   * cov(placements of positives) / positives + cov(placements of negatives) / negatives.
   * A unit's placement is its midrank among all minus its midrank within its own class.
   */

  private final double area;
  private final double[] ofPositives;
  private final double[] ofNegatives;

  private DeLong(double[] scores, boolean[] positives) {
    this.area = Scores.rocAuc(scores, positives);
    double[] ranks = Midranks.of(scores);
    this.ofPositives = placements(scores, ranks, positives, true);
    this.ofNegatives = placements(scores, ranks, positives, false);
  }

  private static double[] placements(
      double[] scores, double[] ranks, boolean[] positives, boolean wanted) {
    int size = 0;
    double[] own = new double[scores.length];
    double[] overall = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      if (positives[i] == wanted) {
        own[size] = scores[i];
        overall[size++] = ranks[i];
      }
    }
    double[] within = Midranks.of(Arrays.copyOf(own, size));
    int others = scores.length - size;
    for (int i = 0; i < size; i++) {
      double below = (overall[i] - within[i]) / others;
      within[i] = wanted ? below : 1 - below;
    }
    return within;
  }

  /**
   * Returns the area under the ROC curve with its interval.
   *
   * <p>The interval is that of the area's logit with Student's quantile, widened to Newcombe's
   * interval, which needs no observed variance: that of a perfect area is not empty. With at least
   * ten units of each class it covers at least 94 % of the time at a confidence of 95 %.
   *
   * <p>Source of the latter: R. G. Newcombe, "Confidence intervals for an effect size measure based
   * on the Mann-Whitney statistic. Part 2", Statistics in Medicine 25, 2006, method 5.
   *
   * @param scores any numbers, larger for more likely positive; none NaN
   * @param positives the truth, in the same order; at least two units of each class
   * @param confidence the two-sided confidence, such as 0.95
   * @return the interval within [0, 1]
   * @throws IllegalArgumentException if the lengths differ, a score is NaN, a class has fewer than
   *     two units, or the confidence is outside (0, 1)
   */
  public static Interval interval(double[] scores, boolean[] positives, double confidence) {
    requireNonNull(scores, "scores");
    requireNonNull(positives, "positives");
    requireTwoOfEach(scores, positives);
    return AreaInterval.of(new DeLong(scores, positives), confidence);
  }

  double area() {
    return area;
  }

  int positives() {
    return ofPositives.length;
  }

  int negatives() {
    return ofNegatives.length;
  }

  /** The variance that the choice of positive units gives to the area. */
  double varianceOfPositives() {
    return covariance(ofPositives, area, ofPositives, area) / ofPositives.length;
  }

  /** The variance that the choice of negative units gives to the area. */
  double varianceOfNegatives() {
    return covariance(ofNegatives, area, ofNegatives, area) / ofNegatives.length;
  }

  /**
   * Compares two models' areas under the ROC curve on the same units.
   *
   * @param first the first model's scores; none NaN
   * @param second the second model's scores, in the same order
   * @param positives the truth, in the same order; at least two units of each class
   * @return both areas and the standard error of their difference
   * @throws IllegalArgumentException if the lengths differ, a score is NaN, or a class has fewer
   *     than two units
   */
  public static Comparison compare(double[] first, double[] second, boolean[] positives) {
    requireNonNull(first, "first");
    requireNonNull(positives, "positives");
    requireTwoOfEach(first, positives);
    requireTwoOfEach(second, positives);
    DeLong one = new DeLong(first, positives);
    DeLong other = new DeLong(second, positives);
    double variance = one.covariance(one) + other.covariance(other) - 2 * one.covariance(other);
    return new Comparison(one.area, other.area, Math.sqrt(Math.max(0, variance)));
  }

  private static void requireTwoOfEach(double[] scores, boolean[] positives) {
    Scores.requireAligned(scores, positives);
    long positive = Scores.count(positives);
    long negative = positives.length - positive;
    if (positive < 2 || negative < 2) {
      throw new IllegalArgumentException(
          "the error of a roc auc needs two units of each class; found %s and %s"
              .formatted(Plural.of(positive, "positive"), Plural.of(negative, "negative")));
    }
  }

  private double covariance(DeLong other) {
    return covariance(ofPositives, area, other.ofPositives, other.area) / ofPositives.length
        + covariance(ofNegatives, area, other.ofNegatives, other.area) / ofNegatives.length;
  }

  private static double covariance(double[] x, double meanX, double[] y, double meanY) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] - meanX) * (y[i] - meanY);
    }
    return sum / (x.length - 1);
  }

  /**
   * Two areas under the ROC curve on the same units.
   *
   * @param first the first model's area
   * @param second the second model's area
   * @param standardError the standard error of their difference; 0 when both rank all units alike
   */
  public record Comparison(double first, double second, double standardError) {

    /**
     * Returns how much larger the second area is.
     *
     * @param confidence the two-sided confidence, such as 0.95
     * @return the interval of second minus first
     * @throws IllegalArgumentException if the confidence is outside (0, 1)
     */
    public Interval gain(double confidence) {
      return Interval.normal(second - first, standardError, confidence);
    }
  }
}
