package dev.mlops.stats;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.util.Arrays;
import java.util.List;

/**
 * Evidence that units do not fall on a canary as often as planned: the alarm for a mismatch of the
 * sample ratio.
 *
 * <p>A router that means to give the canary 10 % of the units, and whose counts say 9 %, has lost
 * units of one arm, counts some twice, or assigns them otherwise than it says. Whatever is compared
 * between the arms is then in doubt, so this is looked at before any other evidence.
 *
 * <pre>{@code
 * SplitProcess split = SplitProcess.start();
 * split = split.after(9, 100, 0.1); // nine of a hundred units, where each had a chance of 10 %
 * if (split.rejects(0.001)) { distrustEverythingElse(); }
 * }</pre>
 *
 * <p>The share may change from tick to tick, as on a ramp. Assumed is that each unit falls on the
 * canary with the stated chance whatever came before it; nothing else. Where keys are sticky a key
 * is the unit, counted once: requests of one key all fall on the same side. In a later step of a
 * ramp only keys that were on the stable version before are drawn, from share {@code s} to share
 * {@code t} with a chance of {@code (t - s) / (1 - s)}.
 *
 * <p>A split whose odds are within half a percent of the plan's is not found, however long one
 * waits.
 *
 * <p>Immutable and thread-safe; a tick costs O(1). The same ticks in the same order give the same
 * bits on every machine.
 */
public final class SplitProcess implements EProcess {

  /*
   * A bet of strength m multiplies the stake by m / (1 + (m - 1) p) for a unit on the canary and by
   * 1 / (1 + (m - 1) p) for another: the likelihood ratio of the chance whose odds are m times those
   * of p. Its expectation is exactly 1 at chance p, for every p that was fixed before the unit came.
   * Over a tick of n units, n1 of them on the canary,
   *
   *   log e(m) = n1 ln(m) - n ln(1 + (m - 1) p).
   *
   * The bets are placed at ln m = +-.01 2^i, so some bet is within a factor of sqrt(2) of any true
   * ln m from .007 to 3.6, where it grows at 83 % of the best rate or more. The grid costs ln 18
   * once. A Beta mixture has a closed form only while p is the same in every tick.
   *
   * [1] A. Wald, "Sequential tests of statistical hypotheses", Ann. Math. Stat. 16, 1945.
   * [2] M. Lindon, A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022,
   *     which treats the mismatch of the sample ratio for a constant plan.
   */

  private static final int SIZES = 9;
  private static final double SMALLEST = 0.01;
  private static final double[] LOG_ODDS = logOdds();

  private final double[] logs;
  private final long canary;
  private final long units;
  private final double planned;
  private final double logE;
  private final double logMaximum;

  private SplitProcess(double[] logs, long canary, long units, double planned, double earlier) {
    this.logs = logs;
    this.canary = canary;
    this.units = units;
    this.planned = planned;
    this.logE = LogSpace.meanExp(logs);
    this.logMaximum = Math.max(earlier, logE);
  }

  private static double[] logOdds() {
    double[] odds = new double[2 * SIZES];
    double size = SMALLEST;
    for (int i = 0; i < SIZES; i++) {
      odds[2 * i] = size;
      odds[2 * i + 1] = -size;
      size *= 2;
    }
    return odds;
  }

  /**
   * Starts gathering evidence, in both directions at once.
   *
   * @return the process without evidence
   */
  public static SplitProcess start() {
    return new SplitProcess(new double[2 * SIZES], 0, 0, 0, 0);
  }

  /**
   * Returns the bets.
   *
   * @return the natural logarithm of the odds that each bets on, as multiples of the planned odds
   */
  public static List<Double> bets() {
    return Arrays.stream(LOG_ODDS).boxed().toList();
  }

  /**
   * Returns the process with one more tick.
   *
   * @param canary units that fell on the canary
   * @param units all units of the tick, those on the canary included
   * @param share the chance with which each of them was to fall on the canary, within (0, 1); fixed
   *     before they came
   * @return a new process; this one stays as it is
   * @throws IllegalArgumentException if the units on the canary are negative or more than all, or
   *     the share is outside (0, 1)
   */
  public SplitProcess after(long canary, long units, double share) {
    if (canary < 0 || canary > units) {
      throw new IllegalArgumentException(
          "units on the canary must lie between 0 and the %s of the tick: %d"
              .formatted(Plural.of(units, "unit"), canary));
    }
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "share must lie between 0 and 1, both excluded: " + Exactly.number(share));
    }
    double[] sums = logs.clone();
    for (int i = 0; i < sums.length; i++) {
      double rise = share * StrictMath.expm1(LOG_ODDS[i]);
      sums[i] += canary * LOG_ODDS[i] - units * StrictMath.log1p(rise);
    }
    return new SplitProcess(
        sums, this.canary + canary, this.units + units, planned + units * share, logMaximum);
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
   * Returns how many units fell on the canary.
   *
   * @return the sum over all ticks
   */
  public long canary() {
    return canary;
  }

  /**
   * Returns how many units there were.
   *
   * @return the sum over all ticks
   */
  public long units() {
    return units;
  }

  /**
   * Returns how many units were to fall on the canary by the plan.
   *
   * @return the sum over all ticks of units times share
   */
  public double planned() {
    return planned;
  }

  @Override
  public String toString() {
    return "E = %.4g, at most %.4g, canary %s of %s where the plan gives it %s"
        .formatted(
            eValue(),
            maximum(),
            Plural.grouped(canary),
            Plural.of(units, "unit"),
            Plural.grouped(Math.round(planned)));
  }
}
