package dev.mlops.profile;

import java.math.BigInteger;

/**
 * A sum of doubles without any rounding, so that neither the order of the values nor the way they
 * were parted shows.
 *
 * <p>Not safe for use by many threads.
 */
final class ExactSum {
  /*
   * A double is a whole number of at most 53 bits times 2^(shift - 1074), with a shift of 0 to 2045. The sum is kept in chunks of
   * which each counts 32 bits further up than the one before. A value's bits fall into two neighbouring chunks, the upper of which gets
   * at most 52 bits, so a signed 64-bit chunk can take 2^11 additions before its surplus must be carried on.
   *
   * R. M. Neal, "Fast exact summation using small and large superaccumulators", 2015, arXiv:1505.05571.
   */
  static final int SCALE = 1074;

  private static final int CHUNKS = 2046 / 32 + 3;
  private static final int ADDITIONS = 1 << 10;
  private static final long LOW = 0xFFFF_FFFFL;
  private static final long MANTISSA = (1L << 52) - 1;

  private final long[] chunks = new long[CHUNKS];
  private int additions;

  /** Adds a finite value. */
  void add(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> 52) & 0x7FF;
    long mantissa = exponent == 0 ? bits & MANTISSA : (bits & MANTISSA) | (MANTISSA + 1);
    int shift = Math.max(exponent, 1) - 1;
    int chunk = shift >>> 5;
    int within = shift & 31;
    long low = (mantissa << within) & LOW;
    long high = mantissa >>> (32 - within);
    chunks[chunk] += bits < 0 ? -low : low;
    chunks[chunk + 1] += bits < 0 ? -high : high;
    if (++additions == ADDITIONS) {
      carry();
    }
  }

  private void carry() {
    for (int chunk = 0; chunk < CHUNKS - 1; chunk++) {
      chunks[chunk + 1] += chunks[chunk] >> 32;
      chunks[chunk] &= LOW;
    }
    additions = 0;
  }

  /** Returns the sum in units of {@code 2^-SCALE}. */
  BigInteger units() {
    BigInteger sum = BigInteger.ZERO;
    for (int chunk = CHUNKS - 1; chunk >= 0; chunk--) {
      sum = sum.shiftLeft(32).add(BigInteger.valueOf(chunks[chunk]));
    }
    return sum;
  }
}
