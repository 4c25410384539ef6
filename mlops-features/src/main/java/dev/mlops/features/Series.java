package dev.mlops.features;

import java.util.BitSet;

/**
 * One numeric input of an entity's events, in their order: whole numbers, or reals; nulls are
 * absent values. The numbers are kept as bits, so that both kinds move in the same way.
 */
final class Series {

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

  boolean present(int index) {
    return present.get(index);
  }

  /** Whether the numbers are whole, and so {@link #integer(int)} has them to the last digit. */
  boolean isInteger() {
    return integer;
  }

  long integer(int index) {
    return bits[index];
  }

  double get(int index) {
    return integer ? bits[index] : Double.longBitsToDouble(bits[index]);
  }

  int count(int from, int to) {
    return counts[to] - counts[from];
  }

  ExactSums sums() {
    return sums;
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
