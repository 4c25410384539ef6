package dev.mlops.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Puts the rows of a column in order: stable, nulls last.
 *
 * <p>Each value becomes a long whose signed order is the order of the values (a double by its bits,
 * a string by its rank in the sorted dictionary). The longs are sorted digit by digit, the lowest
 * first; each pass is stable, so all of them together are, and a digit that all rows share costs
 * one count and no move.
 */
final class SortOrder {

  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private SortOrder() {}

  static int[] of(String name, Column column) {
    int[] rows = new int[column.size()];
    int present = 0;
    for (int row = 0; row < column.size(); row++) {
      if (!column.isNull(row)) {
        rows[present++] = row;
      }
    }
    int last = present;
    for (int row = 0; column.nullCount() > 0 && row < column.size(); row++) {
      if (column.isNull(row)) {
        rows[last++] = row;
      }
    }
    sort(rows, present, keys(name, column));
    return rows;
  }

  private static void sort(int[] rows, int n, long[] keys) {
    int[] from = rows;
    int[] to = rows.clone();
    for (int shift = 0; shift < Long.SIZE; shift += DIGIT_BITS) {
      int[] starts = starts(from, n, keys, shift);
      if (starts.length == 0) {
        continue;
      }
      for (int i = 0; i < n; i++) {
        to[starts[digit(keys[from[i]], shift)]++] = from[i];
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    System.arraycopy(from, 0, rows, 0, n);
  }

  /** Returns where each digit's rows begin, or nothing if all rows have the same digit. */
  private static int[] starts(int[] rows, int n, long[] keys, int shift) {
    int[] starts = new int[DIGITS];
    for (int i = 0; i < n; i++) {
      starts[digit(keys[rows[i]], shift)]++;
    }
    int sum = 0;
    for (int d = 0; d < DIGITS; d++) {
      int count = starts[d];
      if (count == n) {
        return new int[0];
      }
      starts[d] = sum;
      sum += count;
    }
    return starts;
  }

  private static int digit(long key, int shift) {
    return ((int) ((key ^ Long.MIN_VALUE) >>> shift)) & (DIGITS - 1);
  }

  private static long[] keys(String name, Column column) {
    long[] keys = new long[column.size()];
    int[] ranks =
        column instanceof Column.OfString strings ? ranks(strings.dictionary()) : new int[0];
    for (int row = 0; row < keys.length; row++) {
      if (!column.isNull(row)) {
        keys[row] = key(name, column, row, ranks);
      }
    }
    return keys;
  }

  private static long key(String name, Column column, int row, int[] ranks) {
    if (column instanceof Column.OfLong longs) {
      return longs.get(row);
    }
    if (column instanceof Column.OfInstant instants) {
      return instants.micros(row);
    }
    if (column instanceof Column.OfDouble doubles) {
      return key(doubles.get(row));
    }
    if (column instanceof Column.OfFloat floats) {
      return key(floats.get(row));
    }
    if (column instanceof Column.OfString strings) {
      return ranks[strings.code(row)];
    }
    if (column instanceof Column.OfBoolean booleans) {
      return booleans.get(row) ? 1 : 0;
    }
    throw new IllegalArgumentException(
        "column '" + name + "' is " + column.dataType() + ", which has no order");
  }

  /** The order of {@link Double#compare}: -0.0 before 0.0, NaN behind all others. */
  private static long key(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  private static int[] ranks(List<String> dictionary) {
    Integer[] order = new Integer[dictionary.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(dictionary::get));
    int[] ranks = new int[order.length];
    for (int rank = 0; rank < order.length; rank++) {
      ranks[order[rank]] = rank;
    }
    return ranks;
  }
}
