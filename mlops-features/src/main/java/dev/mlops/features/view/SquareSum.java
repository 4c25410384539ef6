package dev.mlops.features.view;

/**
 * A sum of squares that is the same in every order.
 *
 * <p>Adding doubles one after the other rounds at each step, so events of one time would give
 * another last bit when they arrive in another order. Here each square is cut into three whole
 * numbers of 31 bits, by a power of two that depends on the greatest square alone; whole numbers
 * add up without rounding. What is cut off is below 2^-92 of the greatest square, and the result is
 * rounded once.
 */
final class SquareSum {

  private static final int BITS = 31;
  private static final long MASK = (1L << BITS) - 1;
  private static final double UP = 1L << BITS;

  private final int exponent;
  private long high;
  private long middle;
  private long low;

  /**
   * Begins a sum.
   *
   * @param greatest the greatest of the squares, above 0 and finite
   */
  SquareSum(double greatest) {
    exponent = BITS - 1 - exponent(greatest);
  }

  /** The least doubles do not say theirs, unless they are made greater. */
  private static int exponent(double value) {
    return value < Double.MIN_NORMAL
        ? Math.getExponent(value * 0x1p60) - 60
        : Math.getExponent(value);
  }

  /** Adds a square: at most 2^31 of them. */
  void add(double square) {
    double rest = Math.scalb(square, exponent);
    long top = (long) rest;
    rest = (rest - top) * UP;
    long next = (long) rest;
    high += top;
    middle += next;
    low += (long) ((rest - next) * UP);
  }

  /** Rounds to the nearest double: what is left over makes the last of 63 bits a 1. */
  double sum() {
    long carried = middle + (low >> BITS);
    long whole = high + (carried >> BITS);
    long rest = ((carried & MASK) << BITS) | (low & MASK);
    int room = Long.numberOfLeadingZeros(whole) - 1;
    long leading = (whole << room) | (rest >> (2 * BITS - room));
    boolean isExact = (rest << (room + 2)) == 0;
    return Math.scalb((double) (isExact ? leading : leading | 1), -exponent - room);
  }
}
