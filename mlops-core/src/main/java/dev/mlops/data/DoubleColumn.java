package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

final class DoubleColumn extends BufferColumn implements Column.OfDouble {

  private final DoubleValues values;

  DoubleColumn(DoubleValues values, @Nullable Bits present) {
    super(DataType.FLOAT64, values.size(), present);
    this.values = values;
  }

  /** Copies whole numbers or floats; an INT64 of more than 53 bits becomes the nearest double. */
  static DoubleColumn widened(BufferColumn column) {
    double[] doubles = new double[column.size()];
    if (column instanceof LongColumn longs) {
      Arrays.setAll(doubles, longs.values()::get);
    } else if (column instanceof FloatColumn floats) {
      Arrays.setAll(doubles, floats.values()::get);
    }
    return new DoubleColumn(DoubleValues.of(doubles), column.present());
  }

  DoubleValues values() {
    return values;
  }

  @Override
  public double get(int row) {
    return isNull(row) ? Double.NaN : values.get(row);
  }

  @Override
  public double[] toArray() {
    double[] copy = new double[size()];
    values.read(0, copy, 0, copy.length);
    for (int row = 0; nullCount() > 0 && row < copy.length; row++) {
      copy[row] = get(row);
    }
    return copy;
  }

  @Override
  public @Nullable Double value(int row) {
    return isNull(row) ? null : values.get(row);
  }

  @Override
  public DoubleColumn slice(int from, int to) {
    Bits present = presentSlice(from, to);
    return new DoubleColumn(values.slice(from, to), present);
  }

  @Override
  public DoubleColumn take(int[] rows) {
    requireNonNull(rows, "rows");
    Bits present = presentTake(rows);
    return new DoubleColumn(values.take(rows), present);
  }
}
