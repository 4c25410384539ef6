package dev.mlops.retraining;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.error.Plural;
import dev.mlops.stats.Scores;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Champion against challenger on the same held-out rows: a paired comparison with a stated error.
 *
 * <p>One may look again when more rows have come, as often as one likes: give the rows of earlier
 * looks first, in the same order, and the new ones behind them. The stated error is that of all
 * looks together. Rows in another order, or chosen after a look, are another challenge with an
 * error of its own. Who looks a single time says {@link #once()}, and needs fewer rows.
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
   * Asks for more than a certain gain in the area under the ROC curve.
   *
   * <p>Rows are judged in blocks of ten of each class at least, by bets that do not assume a normal
   * distribution; with fewer than ten rows of either class the verdict is {@link
   * ChallengeVerdict.NotEnoughEvidence}. Looked at once it is DeLong's test with Student's law.
   *
   * @param gain how much larger the challenger's area has to be; negative to accept one that is
   *     almost as good
   * @return the challenge
   * @throws IllegalArgumentException if the gain is outside (-1, 1)
   */
  public static Challenge rocAuc(double gain) {
    if (!(gain > -1 && gain < 1)) {
      throw new IllegalArgumentException("gain must lie between -1 and 1: " + Exactly.number(gain));
    }
    return new Challenge(new AreaComparison(gain, false), null, null);
  }

  /**
   * Asks for any gain in accuracy. Looked at once it is McNemar's exact test.
   *
   * @param threshold the least score that predicts positive, such as 0.5
   * @return the challenge
   * @throws IllegalArgumentException if the threshold is NaN
   */
  public static Challenge accuracy(double threshold) {
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("threshold must be a number: NaN");
    }
    return new Challenge(new AccuracyComparison(threshold, false), null, null);
  }

  /**
   * Promises a single look: a test for fixed rows, which finds a difference on about half of the
   * rows, and whose error is that of one look. Looking again when more rows have come breaks it: 20
   * looks at 5 % each let an equal challenger win in one of five challenges.
   *
   * @return the challenge with the option
   */
  public Challenge once() {
    return new Challenge(test.once(), alpha, minimumRows);
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
    Once.refuse("alpha", this.alpha);
    if (!(alpha > 0 && alpha < 0.5)) {
      throw new IllegalArgumentException(
          "alpha must lie between 0 and 0.5: " + Exactly.number(alpha));
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
    Once.refuse("minimumRows", minimumRows);
    if (rows < 1) {
      throw new IllegalArgumentException("minimumRows must be positive: " + rows);
    }
    return new Challenge(test, alpha, rows);
  }

  /**
   * Judges.
   *
   * @param champion the champion's scores on rows that neither model was trained on, those of
   *     earlier looks first; larger for more likely positive, none NaN
   * @param challenger the challenger's scores on the same rows, in the same order
   * @param truth which of these rows are positive, in the same order
   * @return the verdict with its numbers
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public ChallengeVerdict between(double[] champion, double[] challenger, boolean[] truth) {
    requireNonNull(champion, "champion");
    requireNonNull(challenger, "challenger");
    requireNonNull(truth, "truth");
    Scores.requireAligned(champion, truth);
    Scores.requireAligned(challenger, truth);
    int least = minimumRows == null ? MINIMUM_ROWS : minimumRows;
    double error = alpha == null ? ALPHA : alpha;
    PairedComparison.Result result =
        truth.length < least
            ? PairedComparison.Result.none(
                "fewer than " + Plural.of(least, "row"), (double) least - truth.length)
            : test.compare(champion, challenger, truth, error);
    return verdict(
        new ChallengeEvidence(
            test.metric(),
            test.method(),
            result.champion(),
            result.challenger(),
            result.pBetter(),
            result.pWorse(),
            error,
            truth.length,
            Scores.count(truth)),
        result);
  }

  private static ChallengeVerdict verdict(
      ChallengeEvidence evidence, PairedComparison.Result result) {
    if (evidence.pBetter() <= evidence.alpha()) {
      return new ChallengeVerdict.ChallengerWins(evidence);
    }
    if (evidence.pWorse() <= evidence.alpha()) {
      return new ChallengeVerdict.ChampionStays(evidence);
    }
    OptionalLong more =
        result.more() < 1e12
            ? OptionalLong.of(Math.max(1, Math.round(result.more())))
            : OptionalLong.empty();
    return new ChallengeVerdict.NotEnoughEvidence(evidence, result.shortage(), more);
  }

  @Override
  public String toString() {
    return "challenge by "
        + test.metric()
        + ", "
        + test.method()
        + (alpha == null ? "" : ", alpha " + Exactly.number(alpha))
        + (minimumRows == null ? "" : ", at least " + Plural.of(minimumRows, "row"));
  }
}
