package dev.mlops.features.timeline;

import java.util.BitSet;

/**
 * One numeric input of an entity's events, in their order: whole numbers, or reals; nulls are
 * absent values. The numbers are kept as bits, so that both kinds move in the same way.
 */
public final class Series {

  private final long[] bits;
  private final BitSet present;
  private final boolean integer;
  private final int[] counts;
  private final ExactSums sums;

  Series(long[] bits, BitSet present, boolean integer) {
    this.bits = bits;
    this.present = present;
    this.integer = integer;
    this.counts = new int[bits.length + 1];
    for (int i = 0; i < bits.length; i++) {
      counts[i + 1] = counts[i] + (present.get(i) ? 1 : 0);
    }
    this.sums = integer ? ExactSums.ofIntegers(bits, present) : ExactSums.ofReals(bits, present);
  }

  /**
   * Tells whether there is a number.
   *
   * @param index the row
   * @return false if it is null
   */
  public boolean present(int index) {
    return present.get(index);
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
   * @param from the first row
   * @param to the row behind the last
   * @return how many are not null
   */
  public int count(int from, int to) {
    return counts[to] - counts[from];
  }

  /**
   * Returns the exact sum of the numbers in a stretch, rounded once.
   *
   * @param from the first row
   * @param to the row behind the last
   * @param without rows to leave out, in order, those from {@code first} on being in the stretch
   * @param first the place of the first of them
   * @return the sum; 0 if there is no number
   */
  public double sum(int from, int to, int[] without, int first) {
    return sums.sum(from, to, without, first);
  }

  /** Takes from this series, or for a negative index {@code i} from {@code other[~i]}. */
  Series weave(Series other, int[] picks) {
    long[] woven = new long[picks.length];
    BitSet there = new BitSet(picks.length);
    for (int i = 0; i < picks.length; i++) {
      Series source = picks[i] < 0 ? other : this;
      int index = picks[i] < 0 ? ~picks[i] : picks[i];
      woven[i] = source.bits[index];
      there.set(i, source.present.get(index));
    }
    return new Series(woven, there, integer);
  }
}
