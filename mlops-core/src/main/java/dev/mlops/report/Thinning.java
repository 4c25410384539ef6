package dev.mlops.report;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Points of a line that are drawn. Of the points that fall on one column of pixels, four say all
 * that can be seen: the first, the least, the greatest and the last.
 */
final class Thinning {
  /** Stands between points that are not joined. */
  static final int GAP = -1;

  private static final int PER_COLUMN = 4;

  private final double[] values;
  private final int[] kept;
  private int size;
  private int first;
  private int least;
  private int greatest;
  private int last = -1;

  private Thinning(double[] values, int most) {
    this.values = values;
    this.kept = new int[most];
  }

  /**
   * Chooses the points to draw.
   *
   * @param places where the values are, ascending, in pixels
   * @param values the values; those that are not finite are gaps
   * @param columns how many columns of pixels there are
   * @return indexes in ascending order, and {@link #GAP} between parts that are not joined; all if
   *     there are few, and of many points at most four for each column. Of many points, a gap
   *     within a column is not seen.
   */
  static int[] kept(double[] places, double[] values, int columns) {
    boolean few = values.length <= PER_COLUMN * columns;
    Thinning thinning = new Thinning(values, 2 * values.length + PER_COLUMN);
    boolean gap = false;
    double column = Double.NaN;
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        gap = true;
        continue;
      }
      double now = few ? i : Math.floor(places[i]);
      if (now != column) {
        thinning.flush();
        if (gap) {
          thinning.gap();
        }
        thinning.begin(i);
        column = now;
      } else {
        thinning.add(i);
      }
      gap = false;
    }
    thinning.flush();
    return Arrays.copyOf(thinning.kept, thinning.size);
  }

  private void begin(int index) {
    first = index;
    least = index;
    greatest = index;
    last = index;
  }

  private void add(int index) {
    least = values[index] < values[least] ? index : least;
    greatest = values[index] > values[greatest] ? index : greatest;
    last = index;
  }

  private void flush() {
    if (last >= 0) {
      for (int index : IntStream.of(first, least, greatest, last).distinct().sorted().toArray()) {
        kept[size++] = index;
      }
    }
    last = -1;
  }

  private void gap() {
    if (size > 0) {
      kept[size++] = GAP;
    }
  }
}
