package dev.mlops.retraining;

import dev.mlops.stats.Scores;
import org.jspecify.annotations.Nullable;

/**
 * Champion against challenger on the same held-out rows: a paired test with a stated error.
 *
 * <p>Immutable and thread-safe; {@code O(n log n)}.
 *
 * <pre>{@code
 * ChallengeVerdict verdict = Challenge.rocAuc().alpha(0.01).between(champion, challenger, truth);
 * }</pre>
 */
public final class Challenge {

  private static final double ALPHA = 0.05;
  private static final int MINIMUM_ROWS = 100;

  private final PairedComparison test;
  private final @Nullable Double alpha;
  private final @Nullable Integer minimumRows;

  private Challenge(PairedComparison test, @Nullable Double alpha, @Nullable Integer minimumRows) {
    this.test = test;
    this.alpha = alpha;
    this.minimumRows = minimumRows;
  }

  /**
   * Asks for any gain in the area under the ROC curve.
   *
   * @return the challenge
   */
  public static Challenge rocAuc() {
    return rocAuc(0);
  }

  /**
   * Asks for more than a certain gain in the area under the ROC curve, by DeLong's test.
   *
   * <p>With fewer than ten rows of either class the test's law does not hold, and the verdict is
   * {@link ChallengeVerdict.NotEnoughEvidence}.
   *
   * @param gain how much larger the challenger's area has to be; negative to accept one that is
   *     almost as good
   * @return the challenge
   * @throws IllegalArgumentException if the gain is outside (-1, 1)
   */
  public static Challenge rocAuc(double gain) {
    if (!(gain > -1 && gain < 1)) {
      throw new IllegalArgumentException("gain must lie between -1 and 1: " + gain);
    }
    return new Challenge(new AreaComparison(gain), null, null);
  }

  /**
   * Asks for any gain in accuracy, by McNemar's exact test.
   *
   * @param threshold the least score that predicts positive, such as 0.5
   * @return the challenge
   * @throws IllegalArgumentException if the threshold is NaN
   */
  public static Challenge accuracy(double threshold) {
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("threshold must be a number: NaN");
    }
    return new Challenge(new McNemarComparison(threshold), null, null);
  }

  /**
   * Sets the accepted chance of either error: that a challenger wins which is not better, and that
   * one is turned down for good which is.
   *
   * @param alpha default: 0.05
   * @return the challenge with the option
   * @throws IllegalStateException if set before
   * @throws IllegalArgumentException if not in (0, 0.5)
   */
  public Challenge alpha(double alpha) {
    Once.check("alpha", this.alpha);
    if (!(alpha > 0 && alpha < 0.5)) {
      throw new IllegalArgumentException("alpha must lie between 0 and 0.5: " + alpha);
    }
    return new Challenge(test, alpha, minimumRows);
  }

  /**
   * Sets how many rows it takes to say anything.
   *
   * @param rows default: 100
   * @return the challenge with the option
   * @throws IllegalStateException if set before
   * @throws IllegalArgumentException if not positive
   */
  public Challenge minimumRows(int rows) {
    Once.check("minimumRows", minimumRows);
    if (rows < 1) {
      throw new IllegalArgumentException("minimumRows must be positive: " + rows);
    }
    return new Challenge(test, alpha, rows);
  }

  /**
   * Judges.
   *
   * @param champion the champion's scores on rows that neither model was trained on; larger for
   *     more likely positive, none NaN
   * @param challenger the challenger's scores on the same rows, in the same order
   * @param truth which of these rows are positive, in the same order
   * @return the verdict with its numbers
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public ChallengeVerdict between(double[] champion, double[] challenger, boolean[] truth) {
    Scores.requireAligned(champion, truth);
    Scores.requireAligned(challenger, truth);
    int least = minimumRows == null ? MINIMUM_ROWS : minimumRows;
    PairedComparison.Result result =
        truth.length < least
            ? PairedComparison.Result.none("fewer than " + least + " rows")
            : test.compare(champion, challenger, truth);
    return verdict(
        new ChallengeEvidence(
            test.metric(),
            test.method(),
            result.champion(),
            result.challenger(),
            result.pBetter(),
            result.pWorse(),
            alpha == null ? ALPHA : alpha,
            truth.length,
            Scores.count(truth)),
        result.shortage());
  }

  private static ChallengeVerdict verdict(ChallengeEvidence evidence, String shortage) {
    if (evidence.pBetter() <= evidence.alpha()) {
      return new ChallengeVerdict.ChallengerWins(evidence);
    }
    if (evidence.pWorse() <= evidence.alpha()) {
      return new ChallengeVerdict.ChampionStays(evidence);
    }
    return new ChallengeVerdict.NotEnoughEvidence(evidence, shortage);
  }
}
