package dev.mlops.data;

import java.nio.DoubleBuffer;
import org.jspecify.annotations.Nullable;

final class DoubleColumn extends BufferColumn implements Column.OfDouble {

  private final DoubleBuffer values;

  DoubleColumn(DoubleBuffer values, @Nullable Bits present) {
    super(DataType.FLOAT64, values.remaining(), present);
    this.values = values;
  }

  DoubleBuffer values() {
    return values.duplicate();
  }

  @Override
  public double get(int row) {
    return present() != null && isNull(row) ? Double.NaN : values.get(row);
  }

  @Override
  public double[] toArray() {
    double[] array = new double[size()];
    values.get(0, array);
    for (int row = 0; nullCount() > 0 && row < array.length; row++) {
      array[row] = get(row);
    }
    return array;
  }

  @Override
  public @Nullable Double value(int row) {
    return isNull(row) ? null : values.get(row);
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
      taken[i] = values.get(rows[i]);
    }
    return new DoubleColumn(DoubleBuffer.wrap(taken), present);
  }
}
