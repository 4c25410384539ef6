package dev.mlops.data;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

final class DoubleColumn extends BufferColumn implements Column.OfDouble {

  private final DoubleBuffer values;

  /**
   * The array under the values, because a virtual call per value would cost more than the value.
   */
  private final double @Nullable [] array;

  private final int offset;

  DoubleColumn(DoubleBuffer values, @Nullable Bits present) {
    super(DataType.FLOAT64, values.remaining(), present);
    this.values = values;
    this.array = values.hasArray() ? values.array() : null;
    this.offset = array == null ? 0 : values.arrayOffset();
  }

  /** Copies whole numbers or floats; an INT64 of more than 53 bits becomes the nearest double. */
  static DoubleColumn widened(BufferColumn column) {
    double[] doubles = new double[column.size()];
    if (column instanceof LongColumn longs) {
      LongBuffer values = longs.values();
      Arrays.setAll(doubles, values::get);
    } else if (column instanceof FloatColumn floats) {
      FloatBuffer values = floats.values();
      Arrays.setAll(doubles, values::get);
    }
    return new DoubleColumn(DoubleBuffer.wrap(doubles), column.present());
  }

  DoubleBuffer values() {
    return values.duplicate();
  }

  private double at(int row) {
    return array == null ? values.get(row) : array[offset + row];
  }

  @Override
  public double get(int row) {
    return isNull(row) ? Double.NaN : at(row);
  }

  @Override
  public double[] toArray() {
    double[] copy = new double[size()];
    values.get(0, copy);
    for (int row = 0; nullCount() > 0 && row < copy.length; row++) {
      copy[row] = get(row);
    }
    return copy;
  }

  @Override
  public @Nullable Double value(int row) {
    return isNull(row) ? null : at(row);
  }

  @Override
  public DoubleColumn slice(int from, int to) {
    return new DoubleColumn(values.slice(from, to - from), presentSlice(from, to));
  }

  @Override
  public DoubleColumn take(int[] rows) {
    Bits present = presentTake(rows);
    double[] taken = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      taken[i] = at(rows[i]);
    }
    return new DoubleColumn(DoubleBuffer.wrap(taken), present);
  }
}
