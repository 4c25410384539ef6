package dev.mlops.stats;

import java.util.Arrays;

/**
 * The capital of one who always bets the same: a product, kept in range by powers of two, which
 * round nothing. Not safe for use by many threads.
 */
final class Purse {

  private static final int STRIDE = 512;
  private static final double LOG_2 = StrictMath.log(2);

  private final double bet;
  private double product;
  private int strides;

  Purse(double bet) {
    this(bet, 1, 0);
  }

  private Purse(double bet, double product, int strides) {
    this.bet = bet;
    this.product = product;
    this.strides = strides;
  }

  Purse copy() {
    return new Purse(bet, product, strides);
  }

  void bet(double gain) {
    // One value can multiply the capital by 2^500 at most: less than it may, so no false evidence.
    product *= Math.min(1 + bet * gain, 0x1p500);
    if (product > 0x1p512) {
      product *= 0x1p-512;
      strides++;
    } else if (product < 0x1p-512 && product > 0) {
      product *= 0x1p512;
      strides--;
    }
  }

  /** The sum of all capitals; infinite beyond the range of a double. */
  static double sum(Purse[] purses) {
    double sum = 0;
    for (Purse purse : purses) {
      sum +=
          purse.strides == 0
              ? purse.product
              : Math.scalb(purse.product, (int) Math.min(4096, (long) STRIDE * purse.strides));
    }
    return sum;
  }

  static double logMean(Purse[] purses) {
    return LogSpace.meanExp(Arrays.stream(purses).mapToDouble(Purse::log).toArray());
  }

  private double log() {
    return StrictMath.log(product) + STRIDE * LOG_2 * strides;
  }
}
