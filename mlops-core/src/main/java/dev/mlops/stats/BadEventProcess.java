package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.util.Arrays;
import java.util.List;

/**
 * Evidence about the odds of a bad event under a canary against those under the stable version.
 *
 * <p>A bad event is whatever the caller counts as one: an exception, an answer over its time
 * budget, a prediction that its label proves wrong. {@link #rollback} gathers evidence that the
 * canary is worse than tolerated, {@link #promotion} that it is not. Both may be looked at after
 * every tick. Without evidence either way they stay small: silence decides nothing.
 *
 * <p>Each tick is judged by itself, given its own number of bad events, so that a ramp, a change of
 * the split or a base rate that wanders from tick to tick is no evidence. Assumed are independent
 * units and a constant rate <em>inside</em> a tick; keep ticks short, and count at most one bad
 * event per sticky key.
 *
 * <pre>{@code
 * BadEventProcess evidence = BadEventProcess.rollback(1.0);
 * evidence = evidence.after(new BadEventProcess.Tick(100, 4, 900, 0));
 * if (evidence.rejects(0.01)) { rollBack(); }
 * }</pre>
 *
 * <p>The bets decide what can be found: a canary whose odds exceed the tolerance by less than about
 * one eighth is nearer to the tolerance than to the smallest bet, and is not found however long one
 * waits.
 *
 * <p>Immutable and thread-safe. A tick costs {@code O(min(bad events, canary units))} per odds
 * ratio and one small array. The same ticks in the same order give the same bits on every machine.
 */
public final class BadEventProcess implements EProcess {

  /*
   * Given the tick's k bad events among n1 canary and n0 stable units, the number k1 of them that
   * fell on the canary follows Fisher's noncentral hypergeometric law of odds ratio w, whatever
   * the base rate is: P_w(j) ~ H(j) w^j with H(j) = C(n1, j) C(n0, k - j). The likelihood ratio
   *
   *   log e(w; m) = k1 ln(w / m) - ln( sum_j H(j) w^j / sum_j H(j) m^j )
   *
   * has expectation 1 under odds ratio m, and at most 1 under any odds ratio on the far side of m
   * from w: the law has a monotone likelihood ratio, and log e is monotone in k1. Products over
   * ticks and the mean over a grid of w keep that. H grows by the ratio
   * (n1 - j)(k - j) / ((j + 1)(n0 - k + j + 1)), so no factorial is ever formed, and as H enters
   * both sums its scale cancels. The sums are kept in range by powers of two, which round nothing.
   *
   * [1] A. Wald, "Sequential tests of statistical hypotheses", Ann. Math. Stat. 16, 1945.
   * [2] M. Lindon, A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022.
   */

  private static final double[] WORSE = {1.25, 1.5, 2, 3, 5, 10};
  private static final double[] NOT_WORSE = {0.9, 0.75, 0.5, 0.25};
  private static final double STRIDE = 0x1p512;
  private static final double LOG_STRIDE = StrictMath.log(STRIDE);

  private final double tolerance;
  private final double[] grid;
  private final double[] logGrid;
  private final double[] logs;
  private final long ticks;
  private final Tick total;
  private final double logE;
  private final double logMaximum;

  private BadEventProcess(double tolerance, double[] grid) {
    this.tolerance = tolerance;
    this.grid = grid;
    this.logGrid = Arrays.stream(grid).map(StrictMath::log).toArray();
    this.logs = new double[grid.length];
    this.ticks = 0;
    this.total = new Tick(0, 0, 0, 0);
    this.logE = 0;
    this.logMaximum = 0;
  }

  /** One tick later; without news the sums stay as they are, and so does the evidence. */
  private BadEventProcess(BadEventProcess before, double[] logs, Tick tick) {
    this.tolerance = before.tolerance;
    this.grid = before.grid;
    this.logGrid = before.logGrid;
    this.logs = logs;
    this.ticks = before.ticks + 1;
    this.total = before.total.plus(tick);
    this.logE = logs == before.logs ? before.logE : LogSpace.meanExp(logs);
    this.logMaximum = Math.max(before.logMaximum, logE);
  }

  /**
   * Starts gathering evidence that the canary is worse than tolerated: against the hypothesis that
   * the odds ratio of a bad event, canary to stable, is at most {@code tolerance}.
   *
   * <p>The bets are placed on odds ratios of 1.25, 1.5, 2, 3, 5 and 10 times the tolerance.
   *
   * @param tolerance the odds ratio still accepted: 1 is strict, 1.1 accepts one tenth more; for
   *     rare events an odds ratio is a ratio of rates
   * @return the process without evidence
   * @throws IllegalArgumentException if the tolerance is not a positive number
   */
  public static BadEventProcess rollback(double tolerance) {
    return start(tolerance, WORSE);
  }

  /**
   * Starts gathering evidence that the canary is not worse than tolerated: against the hypothesis
   * that the odds ratio of a bad event, canary to stable, is at least {@code tolerance}.
   *
   * <p>The bets are placed on odds ratios of 0.9, 0.75, 0.5 and 0.25 times the tolerance.
   *
   * @param tolerance the odds ratio that would be too much: with 1 the canary must show itself
   *     better, with 1.25 it must show itself less than a quarter worse
   * @return the process without evidence
   * @throws IllegalArgumentException if the tolerance is not a positive number
   */
  public static BadEventProcess promotion(double tolerance) {
    return start(tolerance, NOT_WORSE);
  }

  /** Starts gathering evidence about a tolerance, by bets of one's own as multiples of it. */
  static BadEventProcess betting(double tolerance, double[] grid) {
    return start(tolerance, grid);
  }

  private static BadEventProcess start(double tolerance, double[] grid) {
    if (!(tolerance > 0 && tolerance < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "tolerance must be a positive odds ratio, such as 1 or 1.1: "
              + Exactly.number(tolerance));
    }
    return new BadEventProcess(tolerance, grid);
  }

  /**
   * Returns the process with one more tick.
   *
   * @param tick what was counted since the last tick
   * @return a new process; this one stays as it is
   */
  public BadEventProcess after(Tick tick) {
    requireNonNull(tick, "tick");
    if (!tick.isInformative()) {
      return new BadEventProcess(this, logs, tick);
    }
    double[] at = logSums(tick, odds());
    double[] sums = logs.clone();
    for (int i = 0; i < sums.length; i++) {
      double gain = (tick.canaryBad() - tick.fewestCanaryBad()) * logGrid[i];
      sums[i] += gain - (at[i] - at[sums.length]);
    }
    return new BadEventProcess(this, sums, tick);
  }

  /**
   * Returns the process with more ticks: the replay of a recorded path.
   *
   * @param path the ticks, oldest first
   * @return a new process, to the last bit what adding tick by tick gives
   */
  public BadEventProcess after(List<Tick> path) {
    BadEventProcess process = this;
    for (Tick tick : Elements.copy(path, "path")) {
      process = process.after(tick);
    }
    return process;
  }

  /** The odds of each bet, and last those of the tolerance. */
  private double[] odds() {
    double[] odds = new double[grid.length + 1];
    for (int i = 0; i < grid.length; i++) {
      odds[i] = tolerance * grid[i];
    }
    odds[grid.length] = tolerance;
    return odds;
  }

  /**
   * Returns ln sum_j H(j) w^(j - from) for each odds ratio w, where j runs from the fewest bad
   * events of the canary. H is scaled to 1 at the first j.
   */
  static double[] logSums(Tick tick, double[] odds) {
    double[] terms = new double[odds.length];
    double[] sums = new double[odds.length];
    int[] strides = new int[odds.length];
    Arrays.fill(terms, 1);
    Arrays.fill(sums, 1);
    long bad = tick.bad();
    long to = Math.min(bad, tick.canary);
    for (long j = tick.fewestCanaryBad(); j < to; j++) {
      double canaryStep = (double) (tick.canary - j) / (j + 1);
      double stableStep = (double) (bad - j) / (tick.stable - bad + j + 1);
      for (int i = 0; i < odds.length; i++) {
        terms[i] *= odds[i] * canaryStep * stableStep;
        sums[i] += terms[i];
        if (sums[i] > STRIDE) {
          terms[i] /= STRIDE;
          sums[i] /= STRIDE;
          strides[i]++;
        }
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] = StrictMath.log(sums[i]) + strides[i] * LOG_STRIDE;
    }
    return sums;
  }

  /**
   * Returns the bets, on each of which an equal part of the stake is laid.
   *
   * @return odds as multiples of the tolerance, an unmodifiable list
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
   * Returns the odds ratio that the evidence is measured against.
   *
   * @return the tolerance given at the start
   */
  public double tolerance() {
    return tolerance;
  }

  /**
   * Returns how many ticks were added.
   *
   * @return the number of ticks, those without a bad event included
   */
  public long ticks() {
    return ticks;
  }

  /**
   * Returns the counts of all ticks together, for telling; the evidence can't be computed from it.
   *
   * @return the sums over all ticks
   */
  public Tick total() {
    return total;
  }

  @Override
  public String toString() {
    return "E = %.4g, at most %.4g, after %s (canary %d bad of %d, stable %d bad of %d)"
        .formatted(
            eValue(),
            maximum(),
            Plural.of(ticks, "tick"),
            total.canaryBad,
            total.canary,
            total.stableBad,
            total.stable);
  }

  /**
   * What was counted in one short stretch of time.
   *
   * @param canary units that the canary answered
   * @param canaryBad bad events among them
   * @param stable units that the stable version answered
   * @param stableBad bad events among them
   */
  public record Tick(long canary, long canaryBad, long stable, long stableBad) {

    /**
     * Checks the counts.
     *
     * @param canary units that the canary answered
     * @param canaryBad bad events among them
     * @param stable units that the stable version answered
     * @param stableBad bad events among them
     * @throws IllegalArgumentException if a count is negative, or there are more bad events than
     *     units
     */
    public Tick {
      requireCounts("canary", canary, canaryBad);
      requireCounts("stable", stable, stableBad);
    }

    private static void requireCounts(String arm, long units, long bad) {
      if (bad < 0 || bad > units) {
        throw new IllegalArgumentException(
            "%s bad events must lie between 0 and its %s: %d"
                .formatted(arm, Plural.of(units, "unit"), bad));
      }
    }

    /**
     * Returns this and another tick of the same stretch of time, such as that of another replica,
     * as one.
     *
     * @param other the other tick
     * @return the sums
     */
    public Tick plus(Tick other) {
      requireNonNull(other, "other");
      return new Tick(
          canary + other.canary,
          canaryBad + other.canaryBad,
          stable + other.stable,
          stableBad + other.stableBad);
    }

    /** Returns the tick with the arms' roles swapped. */
    Tick swapped() {
      return new Tick(stable, stableBad, canary, canaryBad);
    }

    private long bad() {
      return canaryBad + stableBad;
    }

    long fewestCanaryBad() {
      return Math.max(0, bad() - stable);
    }

    boolean isInformative() {
      return fewestCanaryBad() < Math.min(bad(), canary);
    }
  }
}
