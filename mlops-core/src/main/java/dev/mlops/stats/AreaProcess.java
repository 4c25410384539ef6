package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.util.Arrays;

/**
 * Evidence that an area under the ROC curve is above, or below, a limit; or that the difference
 * between two models' areas on the same units is.
 *
 * <p>The chance that the evidence ever reaches {@code 1 / alpha} while the hypothesis holds is at
 * most {@code alpha}, from the first ten units of a class on and however often one looks: give new
 * units as they come, each once. It does not assume a normal distribution. Assumed is that units
 * are independent and that, given the classes, scores do not depend on the order; the order of the
 * classes may be anything.
 *
 * <p>Units are judged in blocks. A block ends with the unit with which it has ten of each class;
 * units of an unfinished block wait.
 *
 * <p>Immutable and thread-safe; adding {@code n} units costs {@code O(n)}. The same units in the
 * same order give the same bits on every machine.
 */
public final class AreaProcess implements EProcess {

  /*
   * In a block each unit of the rarer class is dealt some units of the other class, so that groups
   * share no unit. The share of the dealt pairs that are in order has the area as its mean, and
   * groups are independent given the classes; so the product over groups of 1 + lambda (share -
   * limit) has a mean of at most 1 under the hypothesis: a bet as in MeanProcess, on bounded values.
   * One deal uses few of the block's pairs. The mean of such products over ten deals, each of which
   * moves the other class on by one group so that every pair is used once, has a mean of at most 1
   * too, whatever their dependence. It loses little against a test over all pairs: at 10 % positives
   * a gain of 0.03 is found on half of the units that a single deal needs (docs/decisions). The
   * product over blocks is the martingale; a mean over three sizes of the bet makes it find small
   * and large differences.
   */

  private static final double[] SHARES = {.7, .35, .175};

  private final Terms terms;
  private final AreaBlock waiting;
  private final double[] logs;
  private final long units;
  private final double logMaximum;

  /**
   * What the evidence is about.
   *
   * @param pairs whether it is about the difference of two models
   */
  private record Terms(double limit, boolean above, boolean pairs) {

    /** The largest bet that cannot lose all. */
    double largestBet() {
      double low = pairs ? -1 : 0;
      return above ? 1 / (limit - low) : 1 / (1 - limit);
    }

    double bet(double share) {
      return (above ? share : -share) * largestBet();
    }
  }

  private AreaProcess(
      Terms terms, AreaBlock waiting, double[] logs, long units, double logMaximum) {
    this.terms = terms;
    this.waiting = waiting;
    this.logs = logs;
    this.units = units;
    this.logMaximum = logMaximum;
  }

  /**
   * Starts gathering evidence that a model's area is above a limit.
   *
   * @param limit the largest area of the hypothesis, in (0, 1)
   * @return the process without evidence
   * @throws IllegalArgumentException if the limit is outside (0, 1)
   */
  public static AreaProcess above(double limit) {
    return start(new Terms(area(limit), true, false));
  }

  /**
   * Starts gathering evidence that a model's area is below a limit.
   *
   * @param limit the least area of the hypothesis, in (0, 1)
   * @return the process without evidence
   * @throws IllegalArgumentException if the limit is outside (0, 1)
   */
  public static AreaProcess below(double limit) {
    return start(new Terms(area(limit), false, false));
  }

  /**
   * Starts gathering evidence that the second of two models has the larger area, by more than a
   * gain.
   *
   * @param gain the largest difference of the hypothesis, second less first, in (-1, 1)
   * @return the process without evidence
   * @throws IllegalArgumentException if the gain is outside (-1, 1)
   */
  public static AreaProcess gainAbove(double gain) {
    return start(new Terms(gain(gain), true, true));
  }

  /**
   * Starts gathering evidence that the second of two models does not have an area that is larger by
   * a gain.
   *
   * @param gain the least difference of the hypothesis, second less first, in (-1, 1)
   * @return the process without evidence
   * @throws IllegalArgumentException if the gain is outside (-1, 1)
   */
  public static AreaProcess gainBelow(double gain) {
    return start(new Terms(gain(gain), false, true));
  }

  private static double area(double limit) {
    if (!(limit > 0 && limit < 1)) {
      throw new IllegalArgumentException(
          "the limit of an area must lie between 0 and 1, both excluded: " + Exactly.number(limit));
    }
    return limit;
  }

  private static double gain(double gain) {
    if (!(gain > -1 && gain < 1)) {
      throw new IllegalArgumentException("gain must lie between -1 and 1: " + Exactly.number(gain));
    }
    return gain;
  }

  private static AreaProcess start(Terms terms) {
    return new AreaProcess(terms, AreaBlock.NONE, new double[SHARES.length], 0, 0);
  }

  /**
   * Returns the process with more units that one model scored.
   *
   * @param scores any numbers, larger for more likely positive; none NaN
   * @param positives the truth, in the same order
   * @return a new process; this one stays as it is
   * @throws IllegalStateException if this is about two models
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public AreaProcess after(double[] scores, boolean[] positives) {
    requireNonNull(scores, "scores");
    requireNonNull(positives, "positives");
    if (terms.pairs) {
      throw new IllegalStateException("a gain needs the scores of two models");
    }
    Scores.requireAligned(scores, positives);
    return after(new AreaBlock(scores, scores, positives));
  }

  /**
   * Returns the process with more units that both models scored.
   *
   * @param first the first model's scores, larger for more likely positive; none NaN
   * @param second the second model's scores, in the same order
   * @param positives the truth, in the same order
   * @return a new process; this one stays as it is
   * @throws IllegalStateException if this is about one model
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public AreaProcess after(double[] first, double[] second, boolean[] positives) {
    if (!terms.pairs) {
      throw new IllegalStateException("an area needs the scores of one model");
    }
    Scores.requireAligned(first, positives);
    Scores.requireAligned(second, positives);
    return after(new AreaBlock(first, second, positives));
  }

  private AreaProcess after(AreaBlock more) {
    AreaBlock all = waiting.with(more);
    double[] next = logs.clone();
    double maximum = logMaximum;
    int from = 0;
    for (int to = all.end(from); to > 0; to = all.end(from)) {
      double[] gains = gains(all.part(from, to));
      for (int i = 0; i < next.length; i++) {
        next[i] += gains[i];
      }
      maximum = Math.max(maximum, LogSpace.meanExp(next));
      from = to;
    }
    long seen = units + more.size();
    return new AreaProcess(terms, all.part(from, all.size()), next, seen, maximum);
  }

  /** What a block adds to the logarithm of each bettor's capital. */
  private double[] gains(AreaBlock block) {
    AreaBlock.Dealer dealer = block.dealer(terms.pairs);
    double[][] products = new double[SHARES.length][dealer.deals()];
    for (int deal = 0; deal < dealer.deals(); deal++) {
      double[] shares = dealer.deal(deal);
      for (int i = 0; i < SHARES.length; i++) {
        products[i][deal] = logProduct(shares, terms.bet(SHARES[i]));
      }
    }
    return Arrays.stream(products).mapToDouble(LogSpace::meanExp).toArray();
  }

  private double logProduct(double[] shares, double bet) {
    double log = 0;
    for (double share : shares) {
      log += StrictMath.log1p(bet * (share - terms.limit));
    }
    return log;
  }

  @Override
  public double logE() {
    return LogSpace.meanExp(logs);
  }

  @Override
  public double logMaximum() {
    return logMaximum;
  }

  /**
   * Returns how many units were given.
   *
   * @return the number of units, those that wait included
   */
  public long units() {
    return units;
  }

  /**
   * Returns how many units wait for their block to be finished.
   *
   * @return how many of the units are no evidence yet
   */
  public int waiting() {
    return waiting.size();
  }

  @Override
  public String toString() {
    return "E = %.4g, at most %.4g, %s %s %s, %s, %d of them waiting"
        .formatted(
            eValue(),
            maximum(),
            terms.pairs ? "gain" : "area",
            terms.above ? "above" : "below",
            Exactly.number(terms.limit),
            Plural.of(units, "unit"),
            waiting());
  }
}
