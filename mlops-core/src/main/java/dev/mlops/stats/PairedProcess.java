package dev.mlops.stats;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.util.Arrays;
import java.util.List;

/**
 * Evidence that the first of two models is wrong more often than the second on the same units.
 *
 * <p>The hypothesis is that of the units that come now, whatever came before, the first model is
 * wrong on at most {@code ratio} times as many as the second; by {@link #start()} that ratio is 1.
 * With {@code b} units where only the first is wrong, {@code c} where only the second is, and
 * {@code a} where both are,
 *
 * <pre>{@code
 * E = mean over f in {.1, .2, .4, .6, .8} of
 *     (1 + f / ratio)^b (1 - f)^c (1 + f (1 - ratio) / ratio)^a
 * }</pre>
 *
 * <p>At a ratio of 1 there is nothing to learn where both are right or both are wrong: among the
 * units where exactly one is wrong, it is the first at most every other time.
 *
 * <p>A shadow is judged this way on several times fewer labels than a canary, because each unit is
 * its own control. Feed units as their labels arrive: {@link #maximum()} sees the path only where
 * it is fed.
 *
 * <p>A guard of a canary speaks of odds, not of rates: its hypothesis is that the candidate's odds
 * of being wrong are at most {@code r} times the live model's. For the product of its evidence with
 * a shadow's ({@link CarriedProcess}), take {@code against(max(1, r))}. For if the odds ratio is at
 * most 1, so is the ratio of the rates; and if the candidate is wrong more often, the ratio of the
 * rates is less than that of the odds. So whenever the guard's hypothesis holds, this one's does.
 * The reverse is false: evidence at a ratio of 1 says nothing against odds of 1.25 times.
 *
 * <p>Immutable and thread-safe; adding evidence is O(1). The same path gives the same bits on every
 * machine.
 *
 * <p>Source: I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting",
 * J. R. Stat. Soc. B 86(1), 2024: each bet is one on the mean of (first wrong) - ratio * (second
 * wrong), which is at most 0 under the hypothesis.
 */
public final class PairedProcess implements EProcess {

  private static final double[] GRID = {.1, .2, .4, .6, .8};

  private final double ratio;
  private final long onlyFirstWrong;
  private final long onlySecondWrong;
  private final long bothWrong;
  private final double logE;
  private final double logMaximum;

  private PairedProcess(
      double ratio, long onlyFirstWrong, long onlySecondWrong, long bothWrong, double earlier) {
    this.ratio = ratio;
    this.onlyFirstWrong = onlyFirstWrong;
    this.onlySecondWrong = onlySecondWrong;
    this.bothWrong = bothWrong;
    this.logE = logE(ratio, onlyFirstWrong, onlySecondWrong, bothWrong);
    this.logMaximum = Math.max(earlier, logE);
  }

  /**
   * Starts gathering evidence against the hypothesis that the first model is wrong no more often
   * than the second.
   *
   * @return the process without evidence
   */
  public static PairedProcess start() {
    return against(1);
  }

  /**
   * Starts gathering evidence against the hypothesis that the first model is wrong at most {@code
   * ratio} times as often as the second.
   *
   * @param ratio the ratio of the rates that is still tolerated, positive
   * @return the process without evidence
   * @throws IllegalArgumentException if the ratio is not a positive number
   */
  public static PairedProcess against(double ratio) {
    if (!(ratio > 0 && ratio < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "ratio must be a positive ratio of rates, such as 1 or 1.1: " + Exactly.number(ratio));
    }
    return new PairedProcess(ratio, 0, 0, 0, 0);
  }

  /**
   * Returns the bets.
   *
   * @return the part of the stake that each puts on the first model being wrong more often
   */
  public static List<Double> bets() {
    return Arrays.stream(GRID).boxed().toList();
  }

  /**
   * Returns the process with one more unit.
   *
   * @param firstWrong whether the first model is wrong on it
   * @param secondWrong whether the second model is wrong on it
   * @return a new process; this one when both are right
   */
  public PairedProcess after(boolean firstWrong, boolean secondWrong) {
    if (!firstWrong && !secondWrong) {
      return this;
    }
    boolean both = firstWrong && secondWrong;
    return both ? after(0, 0, 1) : after(firstWrong ? 1 : 0, secondWrong ? 1 : 0, 0);
  }

  /**
   * Returns the process with a batch of units that came at once.
   *
   * @param onlyFirstWrong units on which only the first model is wrong
   * @param onlySecondWrong units on which only the second model is wrong
   * @param bothWrong units on which both models are wrong
   * @return a new process; this one stays as it is
   * @throws IllegalArgumentException if a number is negative
   */
  public PairedProcess after(long onlyFirstWrong, long onlySecondWrong, long bothWrong) {
    if (onlyFirstWrong < 0 || onlySecondWrong < 0 || bothWrong < 0) {
      throw new IllegalArgumentException(
          "numbers of units must not be negative: %d, %d, %d"
              .formatted(onlyFirstWrong, onlySecondWrong, bothWrong));
    }
    return new PairedProcess(
        ratio,
        this.onlyFirstWrong + onlyFirstWrong,
        this.onlySecondWrong + onlySecondWrong,
        this.bothWrong + bothWrong,
        logMaximum);
  }

  private static double logE(double ratio, long first, long second, long both) {
    double[] logs = new double[GRID.length];
    for (int i = 0; i < logs.length; i++) {
      double bet = GRID[i] / ratio;
      logs[i] =
          first * StrictMath.log1p(bet)
              + second * StrictMath.log1p(-GRID[i])
              + both * StrictMath.log1p(bet * (1 - ratio));
    }
    return LogSpace.meanExp(logs);
  }

  @Override
  public double logE() {
    return logE;
  }

  @Override
  public double logMaximum() {
    return logMaximum;
  }

  /**
   * Returns on how many units only the first model was wrong.
   *
   * @return the number of such units
   */
  public long onlyFirstWrong() {
    return onlyFirstWrong;
  }

  /**
   * Returns on how many units only the second model was wrong.
   *
   * @return the number of such units
   */
  public long onlySecondWrong() {
    return onlySecondWrong;
  }

  /**
   * Returns on how many units both models were wrong.
   *
   * @return the number of such units
   */
  public long bothWrong() {
    return bothWrong;
  }

  /**
   * Returns the ratio of the rates that the evidence is measured against.
   *
   * @return the ratio given at the start, 1 by default
   */
  public double ratio() {
    return ratio;
  }

  @Override
  public String toString() {
    return "E = %.4g, at most %.4g, only the first wrong %s, only the second %s"
        .formatted(
            eValue(),
            maximum(),
            Plural.of(onlyFirstWrong, "time"),
            Plural.of(onlySecondWrong, "time"));
  }
}
