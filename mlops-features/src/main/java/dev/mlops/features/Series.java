package dev.mlops.features;

import java.util.BitSet;

/** One numeric input of an entity's events, in their order; nulls are absent values. */
final class Series {

  private final double[] values;
  private final BitSet present;
  private final int[] counts;
  private final ExactSums sums;

  Series(double[] values, BitSet present) {
    this.values = values;
    this.present = present;
    this.counts = new int[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      counts[i + 1] = counts[i] + (present.get(i) ? 1 : 0);
    }
    this.sums = ExactSums.of(values, present);
  }

  boolean present(int index) {
    return present.get(index);
  }

  double get(int index) {
    return values[index];
  }

  int count(int from, int to) {
    return counts[to] - counts[from];
  }

  ExactSums sums() {
    return sums;
  }

  /** Takes from this series, or for a negative index {@code i} from {@code other[~i]}. */
  Series weave(Series other, int[] picks) {
    double[] woven = new double[picks.length];
    BitSet there = new BitSet(picks.length);
    for (int i = 0; i < picks.length; i++) {
      Series source = picks[i] < 0 ? other : this;
      int index = picks[i] < 0 ? ~picks[i] : picks[i];
      woven[i] = source.values[index];
      there.set(i, source.present.get(index));
    }
    return new Series(woven, there);
  }
}
