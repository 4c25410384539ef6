package dev.mlops.stats;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.util.Arrays;
import java.util.List;

/**
 * Evidence about the rate of bad events of one version, against a limit that is a number and not
 * another version.
 *
 * <p>{@link #rollback} gathers evidence that the rate is above the limit, {@link #promotion} that
 * it is below. Both may be looked at after every tick. Where {@link BadEventProcess} needs two
 * versions and bad events, this needs neither: every good event speaks for a low rate.
 *
 * <pre>{@code
 * BadRateProcess evidence = BadRateProcess.promotion(0.01);
 * evidence = evidence.after(600, 0); // some 500 good events and no bad one show a rate below 1 %
 * if (evidence.rejects(0.05)) { promote(); }
 * }</pre>
 *
 * <p>Nothing is assumed of the events but that each is bad with a chance on the stated side of the
 * limit, whatever came before it: the rate may wander, as long as it stays on its side.
 *
 * <p>Immutable and thread-safe; a tick costs O(1). The same ticks in the same order give the same
 * bits on every machine.
 */
public final class BadRateProcess implements EProcess {

  /*
   * A bet of strength m multiplies the stake by m^x / (1 + (m - 1) limit) at each event, where x is
   * 1 for a bad event and 0 for a good one. Under a chance p of a bad event its expectation is
   * (1 + (m - 1) p) / (1 + (m - 1) limit), which is 1 at p = limit and below 1 on the other side of
   * it from the bet. It is the likelihood ratio of the rate whose odds are m times those of the
   * limit. Over n events with k bad ones
   *
   *   log e(m) = k ln(m) - n ln(1 + (m - 1) limit)
   *
   * and the mean over several m keeps an expectation of at most 1.
   *
   * [1] A. Wald, "Sequential tests of statistical hypotheses", Ann. Math. Stat. 16, 1945.
   * [2] I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting",
   *     J. R. Stat. Soc. B 86(1), 2024.
   */

  private static final double[] ABOVE = {1.25, 1.5, 2, 3, 5, 10};
  private static final double[] BELOW = {0.9, 0.75, 0.5, 0.25, 0.1};

  private final double limit;
  private final double[] grid;
  private final double[] gains;
  private final double[] costs;
  private final double[] logs;
  private final double logE;
  private final double logMaximum;

  private BadRateProcess(double limit, double[] grid) {
    this.limit = limit;
    this.grid = grid;
    this.gains = Arrays.stream(grid).map(StrictMath::log).toArray();
    this.costs = Arrays.stream(grid).map(odds -> StrictMath.log1p((odds - 1) * limit)).toArray();
    this.logs = new double[grid.length];
    this.logE = 0;
    this.logMaximum = 0;
  }

  private BadRateProcess(BadRateProcess before, double[] logs) {
    this.limit = before.limit;
    this.grid = before.grid;
    this.gains = before.gains;
    this.costs = before.costs;
    this.logs = logs;
    this.logE = LogSpace.meanExp(logs);
    this.logMaximum = Math.max(before.logMaximum, logE);
  }

  /**
   * Starts gathering evidence that the rate of bad events is above the limit: against the
   * hypothesis that it is at most {@code limit}.
   *
   * <p>The bets are placed on odds of 1.25, 1.5, 2, 3, 5 and 10 times those of the limit.
   *
   * @param limit the highest rate that is fine, within (0, 1)
   * @return the process without evidence
   * @throws IllegalArgumentException if the limit is outside (0, 1)
   */
  public static BadRateProcess rollback(double limit) {
    return start(limit, ABOVE);
  }

  /**
   * Starts gathering evidence that the rate of bad events is below the limit: against the
   * hypothesis that it is at least {@code limit}.
   *
   * <p>The bets are placed on odds of 0.9, 0.75, 0.5, 0.25 and 0.1 times those of the limit.
   *
   * @param limit the rate that would be too much, within (0, 1)
   * @return the process without evidence
   * @throws IllegalArgumentException if the limit is outside (0, 1)
   */
  public static BadRateProcess promotion(double limit) {
    return start(limit, BELOW);
  }

  private static BadRateProcess start(double limit, double[] grid) {
    if (!(limit > 0 && limit < 1)) {
      throw new IllegalArgumentException(
          "limit must be a rate between 0 and 1, such as 0.05: " + Exactly.number(limit));
    }
    return new BadRateProcess(limit, grid);
  }

  /**
   * Returns the process with more events.
   *
   * @param events how many, at least 0
   * @param bad bad events among them
   * @return a new process; this one stays as it is
   * @throws IllegalArgumentException if the bad events are negative or more than the events
   */
  public BadRateProcess after(long events, long bad) {
    if (bad < 0 || bad > events) {
      throw new IllegalArgumentException(
          "bad events must lie between 0 and the %s: %d"
              .formatted(Plural.of(events, "event"), bad));
    }
    double[] sums = logs.clone();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += bad * gains[i] - events * costs[i];
    }
    return new BadRateProcess(this, sums);
  }

  /**
   * Returns the bets, on each of which an equal part of the stake is laid.
   *
   * @return odds as multiples of those of the limit, an unmodifiable list
   */
  public List<Double> bets() {
    return Arrays.stream(grid).boxed().toList();
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
   * Returns the rate that the evidence is measured against.
   *
   * @return the limit given at the start
   */
  public double limit() {
    return limit;
  }

  @Override
  public String toString() {
    return "E = %.4g, at most %.4g, against a rate of %s"
        .formatted(eValue(), maximum(), Exactly.number(limit));
  }
}
