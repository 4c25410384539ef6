package dev.mlops.stats;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.util.Arrays;

/**
 * Evidence that the mean of a stream of values is above, or below, a limit.
 *
 * <p>One bets on each value in turn. With the limit {@code m}, values of at least {@code low}, and
 * shares {@code f} of {@code .75, .75 / 3, .75 / 9, ... .75 / 3^8},
 *
 * <pre>{@code E = mean over f of the product over x of (1 + f (x - m) / (m - low))}</pre>
 *
 * <p>is a martingale while the mean is at the limit and falls below it otherwise, so the chance
 * that it ever reaches {@code 1 / alpha} is at most {@code alpha}, however often one looks. Against
 * means above a limit nothing has to be known about how large values can get, so this holds for
 * losses with any tail. Assumed is that the mean of the next value, given all before, is on the
 * hypothesis' side of the limit: this is so for independent values, in an order that does not
 * depend on them.
 *
 * <p>Immutable and thread-safe; O(1) memory, some 20 ns a value. The same values in the same order
 * give the same bits on every machine.
 *
 * <p>Source: I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting",
 * Journal of the Royal Statistical Society B 86(1), 2024.
 */
public final class MeanProcess implements EProcess {

  private static final int GRID = 9;

  private final double limit;
  private final double low;
  private final double high;
  private final boolean above;
  private final Purse[] purses;
  private final long count;
  private final double logMaximum;

  private MeanProcess(
      double limit,
      double low,
      double high,
      boolean above,
      Purse[] purses,
      long count,
      double logMaximum) {
    this.limit = limit;
    this.low = low;
    this.high = high;
    this.above = above;
    this.purses = purses;
    this.count = count;
    this.logMaximum = logMaximum;
  }

  /**
   * Starts gathering evidence that the mean is above a limit.
   *
   * @param limit the largest mean of the hypothesis, above {@code low} and below {@code high}
   * @param low the least value there can be, finite
   * @param high the largest value there can be; may be infinite
   * @return the process without evidence
   * @throws IllegalArgumentException if the numbers are not in this order
   */
  public static MeanProcess above(double limit, double low, double high) {
    if (!(low < limit && limit < high && Double.isFinite(low))) {
      throw new IllegalArgumentException(
          "evidence of a mean above %s needs %s < %s < %s and a finite low end"
              .formatted(
                  Exactly.number(limit),
                  Exactly.number(low),
                  Exactly.number(limit),
                  Exactly.number(high)));
    }
    return start(limit, low, high, true);
  }

  /**
   * Starts gathering evidence that the mean is below a limit.
   *
   * @param limit the least mean of the hypothesis, above {@code low} and below {@code high}
   * @param low the least value there can be; may be infinite
   * @param high the largest value there can be, finite
   * @return the process without evidence
   * @throws IllegalArgumentException if the numbers are not in this order
   */
  public static MeanProcess below(double limit, double low, double high) {
    if (!(low < limit && limit < high && Double.isFinite(high))) {
      throw new IllegalArgumentException(
          "evidence of a mean below %s needs %s < %s < %s and a finite high end"
              .formatted(
                  Exactly.number(limit),
                  Exactly.number(low),
                  Exactly.number(limit),
                  Exactly.number(high)));
    }
    return start(limit, low, high, false);
  }

  private static MeanProcess start(double limit, double low, double high, boolean above) {
    double room = above ? limit - low : high - limit;
    Purse[] purses = new Purse[GRID];
    double share = 0.75;
    for (int i = 0; i < GRID; i++) {
      purses[i] = new Purse((above ? share : -share) / room);
      share /= 3;
    }
    return new MeanProcess(limit, low, high, above, purses, 0, 0);
  }

  /**
   * Returns the process with more values.
   *
   * @param values in the order in which they came
   * @return a new process, to the last bit what adding value by value gives; this one stays as it
   *     is
   * @throws IllegalArgumentException if a value is not a finite number within the bounds
   */
  public MeanProcess after(double... values) {
    Purse[] next = Arrays.stream(purses).map(Purse::copy).toArray(Purse[]::new);
    double maximum = logMaximum;
    double most = Math.exp(Math.min(maximum, 600));
    for (double value : values) {
      require(value);
      for (Purse purse : next) {
        purse.bet(value - limit);
      }
      if (Purse.sum(next) >= most * GRID) {
        maximum = Math.max(maximum, Purse.logMean(next));
        most = Math.exp(Math.min(maximum, 600));
      }
    }
    return new MeanProcess(limit, low, high, above, next, count + values.length, maximum);
  }

  private void require(double value) {
    if (!(value >= low && value <= high && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "a value must be finite and lie between %s and %s: %s"
              .formatted(Exactly.number(low), Exactly.number(high), Exactly.number(value)));
    }
  }

  @Override
  public double logE() {
    return Purse.logMean(purses);
  }

  @Override
  public double logMaximum() {
    return logMaximum;
  }

  /**
   * Returns how many values were seen.
   *
   * @return the number of values
   */
  public long count() {
    return count;
  }

  @Override
  public String toString() {
    return "E = %.4g, at most %.4g, mean %s %s, %s"
        .formatted(
            eValue(),
            maximum(),
            above ? "above" : "below",
            Exactly.number(limit),
            Plural.of(count, "value"));
  }
}
