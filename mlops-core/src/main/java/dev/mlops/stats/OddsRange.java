package dev.mlops.stats;

import dev.mlops.error.Exactly;
import dev.mlops.stats.BadEventProcess.Tick;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which odds ratios the ticks of an A/B test have not refuted: a confidence sequence. Immutable.
 *
 * <p>It belongs to {@link TwoSidedProcess}, whose outcomes are answers of the same evidence: the
 * range leaves out 1 when a difference is told, and lies within the margin when equality is.
 */
final class OddsRange {

  /*
   * For each odds ratio t of a grid there are two processes as in TwoSidedProcess: against "at most
   * t" with bets of t m^p, and against "at least t" with bets of t m^-p. All of them are made of the
   * likelihoods at the points of one grid, m^(i / 8), so a tick costs one sum a point.
   *
   * ln L(w), the log likelihood of the ticks, is concave in ln w. So ln L(t m^p) - ln L(t) falls in
   * t, for each bet, at any time: if "at most t" is refuted, so is "at most s" for each s < t. Let
   * the lower end, the largest t that is refuted, be at or above the true odds ratio w. Then the
   * point of the grid next above w is refuted too, though its hypothesis is true: the chance of that
   * is alpha / 2 at most. The same holds for the upper end.
   *
   * [1] S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric, nonasymptotic
   *     confidence sequences", Annals of Statistics 49(2), 2021: tests and intervals at every time.
   */

  /** How many points make the margin. */
  private static final int PARTS = 8;

  /** The range reaches to the margin to this power, both ways. */
  private static final int REACH = 10;

  /** Logarithmic evidence that is exact enough without its smaller bets: some 1e26. */
  private static final double BEYOND_DOUBT = 60;

  private final double part;
  private final double[] odds;
  private final int[] bets;
  private final double[] logs;
  private final double[] above;
  private final double[] below;

  private OddsRange(
      double part, double[] odds, int[] bets, double[] logs, double[] above, double[] below) {
    this.part = part;
    this.odds = odds;
    this.bets = bets;
    this.logs = logs;
    this.above = above;
    this.below = below;
  }

  /**
   * Starts with nothing refuted.
   *
   * @param margin the odds ratio whose parts make the grid
   * @param powers of the margin on which bets are placed, multiples of 1/8
   */
  static OddsRange start(double margin, double[] powers) {
    int[] bets = Arrays.stream(powers).mapToInt(power -> (int) (power * PARTS)).toArray();
    int points = PARTS * REACH + Arrays.stream(bets).max().orElseThrow();
    double[] odds = new double[2 * points + 1];
    double part = StrictMath.log(margin) / PARTS;
    for (int i = 0; i < odds.length; i++) {
      odds[i] = StrictMath.exp((i - points) * part);
    }
    int tested = 2 * PARTS * REACH + 1;
    return new OddsRange(
        part, odds, bets, new double[odds.length], new double[tested], new double[tested]);
  }

  /** Returns the range with one more tick. */
  OddsRange after(Tick tick) {
    if (!tick.isInformative()) {
      return this;
    }
    double[] sums = BadEventProcess.logSums(tick, odds);
    double[] next = logs.clone();
    long bad = tick.canaryBad() - tick.fewestCanaryBad();
    for (int i = 0; i < next.length; i++) {
      next[i] += bad * (i - odds.length / 2) * part - sums[i];
    }
    return new OddsRange(part, odds, bets, next, highest(next, above, 1), highest(next, below, -1));
  }

  /** The largest evidence so far against each tested odds ratio, by bets on one side of it. */
  private double[] highest(double[] next, double[] before, int side) {
    double[] highest = before.clone();
    double[] gains = new double[bets.length];
    for (int i = 0; i < highest.length; i++) {
      int at = i + first();
      double top = Double.NEGATIVE_INFINITY;
      for (int bet = 0; bet < bets.length; bet++) {
        gains[bet] = next[at + side * bets[bet]] - next[at];
        top = Math.max(top, gains[bet]);
      }
      if (top > highest[i]) {
        highest[i] = Math.max(highest[i], mean(gains, top));
      }
    }
    return highest;
  }

  /** The mean of the bets; of what is refuted at any level that somebody may ask for, less. */
  private static double mean(double[] gains, double top) {
    return top > BEYOND_DOUBT ? top - StrictMath.log(gains.length) : LogSpace.meanExp(gains);
  }

  private int first() {
    return (odds.length - above.length) / 2;
  }

  /**
   * Returns what is left.
   *
   * @param alpha the chance that the true odds ratio is ever left out, while it is constant
   * @return the range, its end 0 or infinite where nothing is refuted; empty if everything is, as
   *     when the odds ratio has changed on the way
   */
  Optional<Interval> range(double alpha) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "alpha must lie between 0 and 1, both excluded: " + Exactly.number(alpha));
    }
    double limit = StrictMath.log(2 / alpha);
    int lower = above.length - 1;
    while (lower >= 0 && above[lower] < limit) {
      lower--;
    }
    int upper = 0;
    while (upper < below.length && below[upper] < limit) {
      upper++;
    }
    if (lower >= upper) {
      return Optional.empty();
    }
    double from = lower < 0 ? 0 : odds[first() + lower];
    double to = upper == below.length ? Double.POSITIVE_INFINITY : odds[first() + upper];
    double estimate = Math.min(to, Math.max(from, likeliest()));
    return Optional.of(new Interval(from, estimate, to, 1 - alpha));
  }

  /** The odds ratio of the grid at which the ticks are likeliest. */
  private double likeliest() {
    int best = odds.length / 2;
    for (int i = 0; i < logs.length; i++) {
      if (logs[i] > logs[best]) {
        best = i;
      }
    }
    return odds[best];
  }

  @Override
  public String toString() {
    return "likeliest odds ratio " + Exactly.number(likeliest());
  }
}
