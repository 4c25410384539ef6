package dev.mlops.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Keeps labels off each other. */
final class Apart {
  private Apart() {}

  /**
   * Moves places along a line as little as possible, so that each is at least a gap from the next.
   * Least squares: without the gaps, this is isotonic regression, whose answer is that of pooling
   * adjacent violators.
   *
   * @param wanted where the places want to be
   * @param gap how far apart they must be
   * @param low where the first may be at least
   * @param high where the last may be at most; there is room for all
   * @return where they are, in the order of {@code wanted}
   */
  static double[] moved(double[] wanted, double gap, double low, double high) {
    int n = wanted.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> wanted[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] sums = new double[n];
    int[] sizes = new int[n];
    int blocks = 0;
    for (int rank = 0; rank < n; rank++) {
      sums[blocks] = wanted[order[rank]] - rank * gap;
      sizes[blocks++] = 1;
      while (blocks > 1
          && sums[blocks - 2] / sizes[blocks - 2] > sums[blocks - 1] / sizes[blocks - 1]) {
        blocks--;
        sums[blocks - 1] += sums[blocks];
        sizes[blocks - 1] += sizes[blocks];
      }
    }
    double[] places = new double[n];
    double last = Math.max(low, high - (n - 1) * gap);
    for (int block = 0, rank = 0; block < blocks; block++) {
      double mean = Math.min(last, Math.max(low, sums[block] / sizes[block]));
      for (int i = 0; i < sizes[block]; i++, rank++) {
        places[order[rank]] = mean + rank * gap;
      }
    }
    return places;
  }

  /**
   * Gives each of some spans the first row in which it touches no other.
   *
   * @param left where each begins
   * @param right where each ends
   * @return the rows, from 0
   */
  static int[] rows(double[] left, double[] right) {
    int[] order =
        IntStream.range(0, left.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> left[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ends = new double[left.length];
    Arrays.fill(ends, Double.NEGATIVE_INFINITY);
    int[] rows = new int[left.length];
    for (int span : order) {
      int row = 0;
      while (ends[row] > left[span]) {
        row++;
      }
      rows[span] = row;
      ends[row] = right[span];
    }
    return rows;
  }
}
