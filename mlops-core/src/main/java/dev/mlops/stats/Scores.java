package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;

/**
 * How good predictions were, once the truth is known: the scores of binary classification.
 *
 * <p>{@code scores[i]} or {@code probabilities[i]} is what was predicted for the unit whose truth
 * is {@code positives[i]}. Stateless and thread-safe; inputs are left as they are.
 */
public final class Scores {

  private static final double LEAST_PROBABILITY = 1e-15;

  private Scores() {}

  /**
   * Returns the area under the ROC curve: the chance that a positive unit scores higher than a
   * negative one, a tie counting one half.
   *
   * <p>Computed exactly from midranks (Mann-Whitney) in {@code O(n log n)}.
   *
   * @param scores any numbers, larger for more likely positive; none NaN
   * @param positives the truth, in the same order
   * @return the area in [0, 1]; 0.5 without skill
   * @throws IllegalArgumentException if the lengths differ, a score is NaN, or a class is missing
   */
  public static double rocAuc(double[] scores, boolean[] positives) {
    requireNonNull(scores, "scores");
    requireNonNull(positives, "positives");
    requireAligned(scores, positives);
    long positive = count(positives);
    long negative = positives.length - positive;
    if (positive == 0 || negative == 0) {
      throw new IllegalArgumentException(
          "roc auc needs both classes; found %s and %s"
              .formatted(Plural.of(positive, "positive"), Plural.of(negative, "negative")));
    }
    double[] ranks = Midranks.of(scores);
    double sum = 0;
    for (int i = 0; i < ranks.length; i++) {
      sum += positives[i] ? ranks[i] : 0;
    }
    return (sum - positive * (positive + 1.0) / 2) / ((double) positive * negative);
  }

  /**
   * Returns the mean negative log-likelihood of the truth in nats.
   *
   * <p>Probabilities are kept at least 1e-15 away from 0 and 1, so that one confident mistake costs
   * at most 34.5 nats.
   *
   * @param probabilities predicted probabilities of being positive, in [0, 1]
   * @param positives the truth, in the same order; not empty
   * @return the loss, at least 0; ln 2 for a constant one half
   * @throws IllegalArgumentException if the lengths differ, there is no unit, or a probability is
   *     outside [0, 1]
   */
  public static double logLoss(double[] probabilities, boolean[] positives) {
    requireNonNull(probabilities, "probabilities");
    requireNonNull(positives, "positives");
    requireProbabilities(probabilities, positives);
    double sum = 0;
    for (int i = 0; i < positives.length; i++) {
      double ofTruth = positives[i] ? probabilities[i] : 1 - probabilities[i];
      sum -= StrictMath.log(Math.min(Math.max(ofTruth, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY));
    }
    return sum / positives.length;
  }

  /**
   * Returns the mean squared difference between probability and truth.
   *
   * @param probabilities predicted probabilities of being positive, in [0, 1]
   * @param positives the truth, in the same order; not empty
   * @return the Brier score in [0, 1]; 0.25 for a constant one half
   * @throws IllegalArgumentException if the lengths differ, there is no unit, or a probability is
   *     outside [0, 1]
   */
  public static double brier(double[] probabilities, boolean[] positives) {
    requireNonNull(probabilities, "probabilities");
    requireNonNull(positives, "positives");
    requireProbabilities(probabilities, positives);
    double sum = 0;
    for (int i = 0; i < positives.length; i++) {
      double miss = probabilities[i] - (positives[i] ? 1 : 0);
      sum += miss * miss;
    }
    return sum / positives.length;
  }

  /**
   * Returns the share of units on the right side of a threshold.
   *
   * @param scores any numbers, larger for more likely positive; none NaN
   * @param positives the truth, in the same order; not empty
   * @param threshold the least score that predicts positive, such as 0.5
   * @return the share in [0, 1]
   * @throws IllegalArgumentException if the lengths differ, there is no unit, or a score or the
   *     threshold is NaN
   */
  public static double accuracy(double[] scores, boolean[] positives, double threshold) {
    requireNonNull(scores, "scores");
    requireNonNull(positives, "positives");
    requireAligned(scores, positives);
    requireUnits(positives);
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("threshold must be a number: NaN");
    }
    long right = 0;
    for (int i = 0; i < scores.length; i++) {
      right += (scores[i] >= threshold) == positives[i] ? 1 : 0;
    }
    return (double) right / scores.length;
  }

  /**
   * Counts the positives.
   *
   * @param positives the truth
   * @return how many are positive
   */
  public static long count(boolean[] positives) {
    requireNonNull(positives, "positives");
    long set = 0;
    for (boolean isPositive : positives) {
      set += isPositive ? 1 : 0;
    }
    return set;
  }

  /**
   * Checks that scores can be compared with the truth.
   *
   * @param scores any numbers
   * @param positives the truth, in the same order
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public static void requireAligned(double[] scores, boolean[] positives) {
    requireNonNull(scores, "scores");
    requireNonNull(positives, "positives");
    if (scores.length != positives.length) {
      throw new IllegalArgumentException(
          "scores and truth must be aligned: %s, %s"
              .formatted(Plural.of(scores.length, "score"), Plural.of(positives.length, "truth")));
    }
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        throw new IllegalArgumentException("scores[%d] must be a number: NaN".formatted(i));
      }
    }
  }

  private static void requireUnits(boolean[] positives) {
    if (positives.length == 0) {
      throw new IllegalArgumentException("a score needs at least one unit; found none");
    }
  }

  private static void requireProbabilities(double[] probabilities, boolean[] positives) {
    requireAligned(probabilities, positives);
    requireUnits(positives);
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i] < 0 || probabilities[i] > 1) {
        throw new IllegalArgumentException(
            "probabilities[%d] must lie between 0 and 1: %s"
                .formatted(i, Exactly.number(probabilities[i])));
      }
    }
  }
}
