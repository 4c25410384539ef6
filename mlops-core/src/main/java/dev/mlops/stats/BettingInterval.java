package dev.mlops.stats;

import dev.mlops.error.Exactly;

/** The interval of the mean of bounded values: all means that no bettor got rich against. */
final class BettingInterval {

  /*
   * Against the hypothesis that the mean is m, one bets a share lambda of one's capital on each
   * value x in [0, 1]: K <- K (1 + lambda (x - m)). If m is the mean, K is a martingale, and reaches
   * 2 / alpha with a chance of at most alpha / 2 (Ville). One bets up, another down; a mean stays in
   * the interval while neither has reached it. The size of a bet may depend on earlier values: it
   * is the one that does best for their variance. K of a bettor on larger means falls in m, so the
   * end is found by bisection.
   */

  private static final double LARGEST_SHARE = 0.75;
  private static final int HALVINGS = 40;

  private final double[] values;
  private final double[] bets;
  private final double logLimit;

  private BettingInterval(double[] values, double tail) {
    this.values = values;
    this.logLimit = -Math.log(tail);
    this.bets = bets(values, Math.sqrt(2 * logLimit / values.length));
  }

  static Interval of(double[] values, double low, double high, double tail, double confidence) {
    double[] scaled = scaled(values, low, high);
    BettingInterval up = new BettingInterval(scaled, tail);
    BettingInterval down = new BettingInterval(mirrored(scaled), tail);
    double sum = 0;
    for (double value : scaled) {
      sum += value;
    }
    double mean = Math.min(1, sum / scaled.length);
    double lower = Math.min(mean, up.end());
    double upper = Math.max(mean, 1 - down.end());
    double range = high - low;
    double estimate = low + mean * range;
    return new Interval(
        Math.min(low + lower * range, estimate),
        estimate,
        Math.max(low + upper * range, estimate),
        confidence);
  }

  private static double[] scaled(double[] values, double low, double high) {
    if (!(low < high && Double.isFinite(low) && Double.isFinite(high))) {
      throw new IllegalArgumentException(
          "bounds must be finite and in order: %s to %s"
              .formatted(Exactly.number(low), Exactly.number(high)));
    }
    if (values.length == 0) {
      throw new IllegalArgumentException("a mean needs at least one value; found none");
    }
    double[] scaled = new double[values.length];
    for (int i = 0; i < scaled.length; i++) {
      if (!(values[i] >= low && values[i] <= high)) {
        throw new IllegalArgumentException(
            "values[%d] must lie between %s and %s: %s"
                .formatted(
                    i, Exactly.number(low), Exactly.number(high), Exactly.number(values[i])));
      }
      scaled[i] = Math.min(1, Math.max(0, (values[i] - low) / (high - low)));
    }
    return scaled;
  }

  private static double[] mirrored(double[] values) {
    double[] mirrored = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      mirrored[i] = 1 - values[i];
    }
    return mirrored;
  }

  /** Each bet goes by the variance of the values before, which begins as that of a fair coin. */
  private static double[] bets(double[] values, double scale) {
    double[] bets = new double[values.length];
    double sum = 0.5;
    double squares = 0.25;
    for (int i = 0; i < values.length; i++) {
      bets[i] = scale / Math.sqrt(squares / (i + 1));
      sum += values[i];
      double away = values[i] - sum / (i + 2);
      squares += away * away;
    }
    return bets;
  }

  /** The largest mean that betting on larger ones refutes. */
  private double end() {
    double low = 0;
    double high = 1;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (refutes(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean refutes(double mean) {
    double most = LARGEST_SHARE / mean;
    double log = 0;
    double product = 1;
    for (int i = 0; i < values.length; i++) {
      product *= 1 + Math.min(bets[i], most) * (values[i] - mean);
      if (!(product > 1e-100 && product < 1e100)) {
        log += Math.log(product);
        product = 1;
      }
    }
    return log + Math.log(product) >= logLimit;
  }
}
