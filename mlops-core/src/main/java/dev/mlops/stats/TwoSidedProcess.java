package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.stats.BadEventProcess.Tick;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Evidence of an A/B test: that the canary is worse than the stable version, that it is better, or
 * that the two are equal within a margin.
 *
 * <p>One may look after every tick and stop as soon as the outcome is decided:
 *
 * <pre>{@code
 * TwoSidedProcess test = TwoSidedProcess.start(1.25);
 * test = test.after(new BadEventProcess.Tick(500, 21, 500, 48));
 * switch (test.outcome(0.05)) { ... }
 * }</pre>
 *
 * <p>While the odds ratio of a bad event stays on one side, the chance that a false outcome is
 * <em>ever</em> told is at most alpha for each of these: a difference where there is none, a
 * difference in the wrong direction, and equality within the margin of two that differ by the
 * margin or more. The two arms may swap their roles: better becomes worse and nothing else changes.
 *
 * <p>The margin also sets the bets. A difference whose odds ratio is below some eighth part of the
 * margin, 1.03 for 1.25, is not found however long one waits.
 *
 * <p>What is assumed of units and ticks is what {@link BadEventProcess} assumes. Immutable and
 * thread-safe. The same ticks in the same order give the same bits on every machine.
 */
public final class TwoSidedProcess {

  /*
   * Four processes of one kind. "Worse" is the evidence against odds of at most 1, "better" the same
   * with the arms swapped; each has half of alpha, as at odds of exactly 1 either would be false.
   * "Below" is the evidence against odds of at least the margin, "above" that against odds of at most
   * 1 / margin, again with the arms swapped. Equality needs both, each at alpha: one of the two
   * hypotheses is true whenever the odds are outside of the margin, and that one alone would have to
   * fail. (Two one-sided tests: D. Schuirmann, J. Pharmacokin. Biopharm. 15(6), 1987.)
   *
   * Each bets against "at most t" on t m^p, or against "at least t" on t m^-p, with the same powers p
   * of the margin m. So they belong to the one family of which OddsRange is the interval.
   */

  private static final double[] POWERS = {0.25, 0.5, 1, 2, 4};

  private final double margin;
  private final BadEventProcess worse;
  private final BadEventProcess better;
  private final BadEventProcess below;
  private final BadEventProcess above;
  private final OddsRange read;
  private final @Nullable Unread unread;
  private volatile @Nullable OddsRange known;

  /** Ticks that no range has been asked of yet, the newest first: it costs more than the rest. */
  private record Unread(@Nullable Unread before, Tick tick) {}

  private TwoSidedProcess(
      double margin,
      BadEventProcess worse,
      BadEventProcess better,
      BadEventProcess below,
      BadEventProcess above,
      OddsRange read,
      @Nullable Unread unread) {
    this.margin = margin;
    this.worse = worse;
    this.better = better;
    this.below = below;
    this.above = above;
    this.read = read;
    this.unread = unread;
  }

  /**
   * Starts without evidence.
   *
   * @param margin the odds ratio that is too much to call two versions equal, above 1 and at most
   *     1,000: at 1.25 they are equal if the odds of one are less than a quarter above the other's
   * @return the process without evidence
   * @throws IllegalArgumentException if the margin is out of range
   */
  public static TwoSidedProcess start(double margin) {
    if (!(margin > 1 && margin <= 1000)) {
      throw new IllegalArgumentException(
          "margin must be an odds ratio above 1 and at most 1,000, such as 1.25: "
              + Exactly.number(margin));
    }
    double[] grid = bets(margin, 1);
    double[] mirrored = bets(margin, -1);
    return new TwoSidedProcess(
        margin,
        BadEventProcess.betting(1, grid),
        BadEventProcess.betting(1, grid),
        BadEventProcess.betting(margin, mirrored),
        BadEventProcess.betting(margin, mirrored),
        OddsRange.start(margin, POWERS),
        null);
  }

  private static double[] bets(double margin, int sign) {
    return Arrays.stream(POWERS).map(power -> StrictMath.pow(margin, sign * power)).toArray();
  }

  /**
   * Returns the process with one more tick.
   *
   * @param tick what was counted since the last tick
   * @return a new process; this one stays as it is
   */
  public TwoSidedProcess after(Tick tick) {
    Tick swapped = requireNonNull(tick, "tick").swapped();
    OddsRange range = known;
    return new TwoSidedProcess(
        margin,
        worse.after(tick),
        better.after(swapped),
        below.after(tick),
        above.after(swapped),
        range == null ? read : range,
        new Unread(range == null ? unread : null, tick));
  }

  /**
   * Returns the process with more ticks.
   *
   * @param path the ticks, oldest first
   * @return a new process, to the last bit what adding tick by tick gives
   */
  public TwoSidedProcess after(List<Tick> path) {
    TwoSidedProcess process = this;
    for (Tick tick : Elements.copy(path, "path")) {
      process = process.after(tick);
    }
    return process;
  }

  /**
   * Returns the evidence that the canary is worse.
   *
   * @return the process against the hypothesis that its odds are at most those of stable
   */
  public EProcess worse() {
    return worse;
  }

  /**
   * Returns the evidence that the canary is better.
   *
   * @return the process against the hypothesis that its odds are at least those of stable
   */
  public EProcess better() {
    return better;
  }

  /**
   * Returns the evidence that the two are equal within the margin.
   *
   * @return the smaller of the natural logarithms of two largest values so far: of the evidence
   *     that the odds ratio is below the margin, and of that that it is above 1 / margin
   */
  public double logWithin() {
    return Math.min(below.logMaximum(), above.logMaximum());
  }

  /**
   * Returns the bets of each of the processes.
   *
   * @return the powers of the margin by which a bet is away from the odds ratio that it is against;
   *     an unmodifiable list
   */
  public static List<Double> powers() {
    return Arrays.stream(POWERS).boxed().toList();
  }

  /**
   * Returns which odds ratios, canary to stable, the ticks have not refuted. One may look as often
   * as one likes: while the odds ratio is constant, the chance that it is <em>ever</em> outside is
   * at most alpha. The range leaves out 1 exactly if {@link #outcome(double)} tells a difference at
   * the same alpha. Its ends are eighth parts of the margin, which limits how narrow it gets.
   *
   * @param alpha the accepted chance that the range ever leaves out the truth, within (0, 1)
   * @return the range around the likeliest odds ratio; an end is 0 or infinite where nothing is
   *     refuted. Empty if every odds ratio is, as when it has changed on the way
   * @throws IllegalArgumentException if alpha is outside (0, 1)
   */
  public Optional<Interval> odds(double alpha) {
    OddsRange range = known;
    if (range == null) {
      Deque<Tick> ticks = new ArrayDeque<>();
      for (Unread each = unread; each != null; each = each.before()) {
        ticks.push(each.tick());
      }
      range = read;
      for (Tick tick : ticks) {
        range = range.after(tick);
      }
      known = range;
    }
    return range.range(alpha);
  }

  /**
   * Tells what is decided.
   *
   * @param alpha the accepted chance of each kind of false outcome, within (0, 1)
   * @return the outcome; once decided it changes no more, except from equal to a difference that is
   *     within the margin, and to {@link Outcome.Undecided} where a difference is found in both
   *     directions
   * @throws IllegalArgumentException if alpha is outside (0, 1)
   */
  public Outcome outcome(double alpha) {
    return outcome(alpha, alpha);
  }

  /**
   * Tells what is decided, with a chance of its own for equality.
   *
   * @param alpha the accepted chance of a false difference, within (0, 1)
   * @param beta the accepted chance of false equality, within (0, 1)
   * @return as {@link #outcome(double)}
   * @throws IllegalArgumentException if alpha or beta is outside (0, 1)
   */
  public Outcome outcome(double alpha, double beta) {
    boolean within = below.rejects(beta) && above.rejects(beta);
    boolean isWorse = worse.rejects(alpha / 2);
    boolean isBetter = better.rejects(alpha / 2);
    if (isWorse && isBetter) {
      return new Outcome.Undecided(
          told(
              "it is not decided which is better, as the evidence has gone both ways: the difference has changed on the way"));
    }
    if (isWorse || isBetter) {
      String size = within ? ", by less than " + times() : "";
      return isWorse
          ? new Outcome.Worse(within, told("the canary is worse" + size))
          : new Outcome.Better(within, told("the canary is better" + size));
    }
    return within
        ? new Outcome.Equivalent(told("the two differ by less than " + times()))
        : new Outcome.Undecided(told("it is not decided which is better, nor that they are equal"));
  }

  private String times() {
    return Exactly.number(margin) + " times the odds";
  }

  private String told(String finding) {
    Tick total = worse.total();
    return "%s: canary %s bad of %s, stable %s bad of %s"
        .formatted(
            finding,
            Plural.grouped(total.canaryBad()),
            Plural.grouped(total.canary()),
            Plural.grouped(total.stableBad()),
            Plural.grouped(total.stable()));
  }

  @Override
  public String toString() {
    return "E of worse %.4g, of better %.4g, of odds below %s times %.4g, of above 1/%s times %.4g"
        .formatted(
            worse.eValue(),
            better.eValue(),
            Exactly.number(margin),
            below.eValue(),
            Exactly.number(margin),
            above.eValue());
  }

  /** What an A/B test has found. */
  public sealed interface Outcome {

    /**
     * Says it in words.
     *
     * @return one sentence with the counts
     */
    String sentence();

    /**
     * The canary has more bad events.
     *
     * @param withinMargin whether the difference is shown to be below the margin
     * @param sentence the outcome in words
     */
    record Worse(boolean withinMargin, String sentence) implements Outcome {}

    /**
     * The canary has fewer bad events.
     *
     * @param withinMargin whether the difference is shown to be below the margin
     * @param sentence the outcome in words
     */
    record Better(boolean withinMargin, String sentence) implements Outcome {}

    /**
     * No difference is shown, and that there is none beyond the margin is.
     *
     * @param sentence the outcome in words
     */
    record Equivalent(String sentence) implements Outcome {}

    /**
     * There is not enough evidence of anything, or evidence of a difference both ways.
     *
     * @param sentence the outcome in words
     */
    record Undecided(String sentence) implements Outcome {}
  }
}
