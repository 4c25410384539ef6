package dev.mlops.features;

import dev.mlops.data.Column;
import java.util.BitSet;
import java.util.function.IntToDoubleFunction;

/** A column of whole numbers, reals or truth values as doubles. */
final class Numbers {

  private Numbers() {}

  /** Writes each row's number to its place and notes that there is one, unless it is null. */
  static void scatter(Column column, int[] places, double[] into, BitSet present) {
    IntToDoubleFunction number = number(column);
    boolean complete = column.nullCount() == 0;
    for (int row = 0; row < places.length; row++) {
      if (places[row] != Chunk.NOWHERE && (complete || !column.isNull(row))) {
        into[places[row]] = number.applyAsDouble(row);
        present.set(places[row]);
      }
    }
  }

  private static IntToDoubleFunction number(Column column) {
    if (column instanceof Column.OfDouble doubles) {
      return doubles::get;
    }
    if (column instanceof Column.OfLong longs) {
      return longs::get;
    }
    if (column instanceof Column.OfFloat floats) {
      return floats::get;
    }
    Column.OfBoolean flags = (Column.OfBoolean) column;
    return row -> flags.get(row) ? 1 : 0;
  }
}
