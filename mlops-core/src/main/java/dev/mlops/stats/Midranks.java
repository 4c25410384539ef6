package dev.mlops.stats;

import java.util.Arrays;

/** Ranks from 1 up, where equal values share the mean of the ranks they span. */
final class Midranks {

  private Midranks() {}

  /** Returns the midrank of each value, in the order given; -0.0 equals 0.0, no value is NaN. */
  static double[] of(double[] values) {
    double[] sorted = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      sorted[i] = values[i] + 0.0;
    }
    Arrays.sort(sorted);
    double[] ranks = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int below = firstNotBelow(sorted, values[i]);
      int notAbove = firstAbove(sorted, values[i]);
      ranks[i] = (below + 1 + notAbove) / 2.0;
    }
    return ranks;
  }

  private static int firstNotBelow(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int firstAbove(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
