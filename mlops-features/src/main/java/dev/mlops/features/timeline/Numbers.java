package dev.mlops.features.timeline;

import dev.mlops.data.Column;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** A column of whole numbers, reals or truth values as bits: of a long, or of a double. */
public final class Numbers {

  /** Up to here every whole number is a double too. */
  private static final long EXACT_IN_DOUBLE = 1L << 53;

  private Numbers() {}

  /**
   * Tells whether every whole number up to this one is a double.
   *
   * @param number a whole number
   * @return true if it is at most 2^53, and at least -2^53
   */
  public static boolean isExactInDouble(long number) {
    return number >= -EXACT_IN_DOUBLE && number <= EXACT_IN_DOUBLE;
  }

  /** Writes each row's bits to its place, unless it is null. */
  static void scatter(Column column, boolean integer, int[] places, long[] into) {
    IntToLongFunction bits = integer ? ((Column.OfLong) column)::get : bits(column);
    boolean complete = column.nullCount() == 0;
    for (int row = 0; row < places.length; row++) {
      if (places[row] != Chunk.NOWHERE && (complete || !column.isNull(row))) {
        into[places[row]] = bits.applyAsLong(row);
      }
    }
  }

  /** Notes which rows are null, in bits for some number of rows that are made if there are none. */
  static long[] scatterNulls(Column column, int[] places, long @Nullable [] into, int size) {
    long[] absent = into == null ? Absent.of(size) : into;
    for (int row = 0; row < places.length; row++) {
      if (places[row] != Chunk.NOWHERE && column.isNull(row)) {
        Absent.set(absent, places[row], true);
      }
    }
    return absent;
  }

  private static IntToLongFunction bits(Column column) {
    if (column instanceof Column.OfDouble doubles) {
      return row -> Double.doubleToRawLongBits(doubles.get(row));
    }
    if (column instanceof Column.OfLong longs) {
      return row -> Double.doubleToRawLongBits((double) longs.get(row));
    }
    if (column instanceof Column.OfFloat floats) {
      return row -> Double.doubleToRawLongBits(floats.get(row));
    }
    Column.OfBoolean flags = (Column.OfBoolean) column;
    return row -> Double.doubleToRawLongBits(flags.get(row) ? 1 : 0);
  }
}
