package dev.mlops.quality;

import java.math.BigDecimal;

/**
 * An end of a range of numbers, compared exactly with whole numbers and with floating-point ones: a
 * whole number above 2^53 is no double, and 9007199254740993 is not at most 9007199254740992.
 */
sealed interface Limit {
  /** Whether the limit is below (-1), at (0) or above (1) a whole number. */
  int compareTo(long value);

  /** Whether the limit is below (-1), at (0) or above (1) a number that is not NaN. */
  int compareTo(double value);

  /** Whether the limit is below (-1), at (0) or above (1) a number. */
  int compareTo(BigDecimal value);

  /** The least whole number that is not below the limit; the least of all, if there is none. */
  long ceiling();

  /**
   * The greatest whole number that is not above the limit; the greatest of all, if there is none.
   */
  long floor();

  /** The least floating-point number that is not below the limit. */
  double leastReal();

  /** The greatest floating-point number that is not above the limit. */
  double greatestReal();

  /** Whether there is no limit at all. */
  default boolean isInfinite() {
    return false;
  }

  static Limit of(double value) {
    return new Real(value);
  }

  static Limit of(long value) {
    return new Whole(value);
  }

  /** Compares a whole number with a floating-point one, without rounding either. */
  static int compare(long whole, double real) {
    if (real >= 0x1p63) {
      return -1;
    }
    if (real < -0x1p63) {
      return 1;
    }
    long truncated = (long) real;
    return whole == truncated
        ? Double.compare(0, real - truncated + 0.0)
        : Long.compare(whole, truncated);
  }

  /** A floating-point limit; the infinities are none. */
  record Real(double limit) implements Limit {
    @Override
    public int compareTo(long value) {
      return -compare(value, limit);
    }

    @Override
    public int compareTo(double value) {
      return Double.compare(limit + 0.0, value + 0.0);
    }

    @Override
    public int compareTo(BigDecimal value) {
      return isInfinite() ? (limit > 0 ? 1 : -1) : new BigDecimal(limit).compareTo(value);
    }

    @Override
    public long ceiling() {
      return (long) Math.ceil(limit);
    }

    @Override
    public long floor() {
      return (long) Math.floor(limit);
    }

    @Override
    public double leastReal() {
      return limit;
    }

    @Override
    public double greatestReal() {
      return limit;
    }

    @Override
    public boolean isInfinite() {
      return Double.isInfinite(limit);
    }

    @Override
    public String toString() {
      return Wording.number(limit);
    }
  }

  /** A whole limit. */
  record Whole(long limit) implements Limit {
    @Override
    public int compareTo(long value) {
      return Long.compare(limit, value);
    }

    @Override
    public int compareTo(double value) {
      return compare(limit, value);
    }

    @Override
    public int compareTo(BigDecimal value) {
      return BigDecimal.valueOf(limit).compareTo(value);
    }

    @Override
    public long ceiling() {
      return limit;
    }

    @Override
    public long floor() {
      return limit;
    }

    @Override
    public double leastReal() {
      double near = (double) limit;
      return compare(limit, near) > 0 ? Math.nextUp(near) : near;
    }

    @Override
    public double greatestReal() {
      double near = (double) limit;
      return compare(limit, near) < 0 ? Math.nextDown(near) : near;
    }

    @Override
    public String toString() {
      return Long.toString(limit);
    }
  }
}
