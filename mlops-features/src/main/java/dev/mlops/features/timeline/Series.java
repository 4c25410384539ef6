package dev.mlops.features.timeline;

import org.jspecify.annotations.Nullable;

/**
 * One numeric input of an entity's events, in their order: whole numbers, or reals; nulls are
 * absent values. The numbers are kept as bits, so that both kinds move in the same way, and lie in
 * an array that other entities may share. Immutable; the sums are made when they are first asked
 * for.
 */
public final class Series {

  private final long[] bits;
  private final long @Nullable [] absent;
  private final int from;
  private final int to;
  private final boolean integer;
  private @Nullable ExactSums sums;

  Series(
      long[] bits,
      long @Nullable [] absent,
      int from,
      int to,
      boolean integer,
      @Nullable ExactSums sums) {
    this.bits = bits;
    this.absent = absent;
    this.from = from;
    this.to = to;
    this.integer = integer;
    this.sums = sums;
  }

  /**
   * Tells whether there is a number.
   *
   * @param index the row
   * @return false if it is null
   */
  public boolean present(int index) {
    return !Absent.get(absent, index);
  }

  /**
   * Tells whether the numbers are whole, and so {@link #integer(int)} has them to the last digit.
   *
   * @return true if the column is declared to be INT64
   */
  public boolean isInteger() {
    return integer;
  }

  /**
   * Returns a whole number.
   *
   * @param index a row that has one
   * @return the number
   */
  public long integer(int index) {
    return bits[index];
  }

  /**
   * Returns a number.
   *
   * @param index a row that has one
   * @return the number, a whole one rounded to the nearest double
   */
  public double get(int index) {
    return integer ? bits[index] : Double.longBitsToDouble(bits[index]);
  }

  /**
   * Counts the numbers in a stretch.
   *
   * @param first the first row
   * @param end the row behind the last
   * @return how many are not null
   */
  public int count(int first, int end) {
    return end - first - Absent.count(absent, first, end);
  }

  /**
   * Returns the exact sum of the numbers in a stretch, rounded once.
   *
   * @param first the first row
   * @param end the row behind the last
   * @param without rows to leave out, in order, those from {@code skip} on being in the stretch
   * @param skip the place of the first of them
   * @return the sum; 0 if there is no number
   */
  public double sum(int first, int end, int[] without, int skip) {
    return sums().sum(first, end, without, skip);
  }

  private ExactSums sums() {
    ExactSums made = sums;
    if (made == null) {
      // Two threads may both make them; they are the same, and safe to be seen by a third.
      made = ExactSums.of(bits, absent, from, to, integer);
      sums = made;
    }
    return made;
  }

  /** The sums if they were asked for. */
  @Nullable ExactSums sumsIfMade() {
    return sums;
  }
}
