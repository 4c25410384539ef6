package dev.mlops.stats;

import dev.mlops.error.Plural;

/**
 * Evidence that the first of two models is wrong more often than the second on the same units.
 *
 * <p>Where both are right or both are wrong there is nothing to learn; among the units where
 * exactly one is wrong, the hypothesis "the first is not worse" says that it is the first at most
 * every other time. With {@code b} units where only the first is wrong and {@code c} where only the
 * second is,
 *
 * <pre>{@code E = mean over p in {.55, .6, .7, .8, .9} of (2p)^b (2(1-p))^c}</pre>
 *
 * <p>A shadow is judged this way on several times fewer labels than a canary, because each unit is
 * its own control. Feed units as their labels arrive: {@link #maximum()} sees the path only where
 * it is fed.
 *
 * <p>Immutable and thread-safe; adding evidence is O(1). The same path gives the same bits on every
 * machine.
 */
public final class PairedProcess implements EProcess {

  private static final double[] GRID = {.55, .6, .7, .8, .9};

  private final long onlyFirstWrong;
  private final long onlySecondWrong;
  private final double logE;
  private final double logMaximum;

  private PairedProcess(long onlyFirstWrong, long onlySecondWrong, double earlier) {
    this.onlyFirstWrong = onlyFirstWrong;
    this.onlySecondWrong = onlySecondWrong;
    this.logE = logE(onlyFirstWrong, onlySecondWrong);
    this.logMaximum = Math.max(earlier, logE);
  }

  /**
   * Starts gathering evidence.
   *
   * @return the process without evidence
   */
  public static PairedProcess start() {
    return new PairedProcess(0, 0, 0);
  }

  /**
   * Returns the process with one more unit.
   *
   * @param firstWrong whether the first model is wrong on it
   * @param secondWrong whether the second model is wrong on it
   * @return a new process; this one when both are right or both are wrong
   */
  public PairedProcess after(boolean firstWrong, boolean secondWrong) {
    if (firstWrong == secondWrong) {
      return this;
    }
    return after(firstWrong ? 1 : 0, secondWrong ? 1 : 0);
  }

  /**
   * Returns the process with a batch of units that came at once.
   *
   * @param onlyFirstWrong units on which only the first model is wrong
   * @param onlySecondWrong units on which only the second model is wrong
   * @return a new process; this one stays as it is
   * @throws IllegalArgumentException if a number is negative
   */
  public PairedProcess after(long onlyFirstWrong, long onlySecondWrong) {
    if (onlyFirstWrong < 0 || onlySecondWrong < 0) {
      throw new IllegalArgumentException(
          "numbers of discordant units must not be negative: %d, %d"
              .formatted(onlyFirstWrong, onlySecondWrong));
    }
    return new PairedProcess(
        this.onlyFirstWrong + onlyFirstWrong, this.onlySecondWrong + onlySecondWrong, logMaximum);
  }

  private static double logE(long first, long second) {
    double[] logs = new double[GRID.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = first * StrictMath.log(2 * GRID[i]) + second * StrictMath.log(2 * (1 - GRID[i]));
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
