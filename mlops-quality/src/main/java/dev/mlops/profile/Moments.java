package dev.mlops.profile;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Count, sum and sum of squares of numbers, exact, so that merged parts equal the whole to the last
 * bit.
 *
 * @param count how many numbers
 * @param sum their sum in units of {@code 2^-1074}
 * @param squares the sum of their squares in the same units
 */
record Moments(long count, BigInteger sum, BigInteger squares) {
  /**
   * Squares of larger numbers are no doubles any more; such numbers, and the infinities, are left
   * out.
   */
  private static final double LARGEST = 1e150;

  Moments plus(Moments other) {
    return new Moments(count + other.count, sum.add(other.sum), squares.add(other.squares));
  }

  double mean() {
    return count == 0 ? Double.NaN : quotient(sum, BigInteger.valueOf(count), ExactSum.SCALE);
  }

  /** The standard deviation, dividing by n - 1. */
  double standardDeviation() {
    if (count < 2) {
      return Double.NaN;
    }
    BigInteger n = BigInteger.valueOf(count);
    BigInteger spread = n.multiply(squares).shiftLeft(ExactSum.SCALE).subtract(sum.multiply(sum));
    BigInteger divisor = n.multiply(n.subtract(BigInteger.ONE));
    return Math.sqrt(Math.max(0, quotient(spread, divisor, 2 * ExactSum.SCALE)));
  }

  private static double quotient(BigInteger dividend, BigInteger divisor, int scale) {
    return new BigDecimal(dividend)
        .divide(new BigDecimal(divisor.shiftLeft(scale)), MathContext.DECIMAL128)
        .doubleValue();
  }

  /** Takes numbers as they come. Not safe for use by many threads. */
  static final class Recorder {
    private final ExactSum sum = new ExactSum();
    private final ExactSum squares = new ExactSum();
    private long count;

    void add(double value) {
      if (!(Math.abs(value) <= LARGEST)) {
        return;
      }
      count++;
      sum.add(value);
      double square = value * value;
      squares.add(square);
      squares.add(Math.fma(value, value, -square));
    }

    Moments moments() {
      return new Moments(count, sum.units(), squares.units());
    }
  }
}
