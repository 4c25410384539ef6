package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

final class FloatColumn extends BufferColumn implements Column.OfFloat {

  private final FloatValues values;

  FloatColumn(FloatValues values, @Nullable Bits present) {
    super(DataType.FLOAT32, values.size(), present);
    this.values = values;
  }

  FloatValues values() {
    return values;
  }

  @Override
  public float get(int row) {
    return isNull(row) ? Float.NaN : values.get(row);
  }

  @Override
  public float[] toArray() {
    float[] copy = new float[size()];
    values.read(0, copy, 0, copy.length);
    for (int row = 0; nullCount() > 0 && row < copy.length; row++) {
      copy[row] = get(row);
    }
    return copy;
  }

  @Override
  public @Nullable Float value(int row) {
    return isNull(row) ? null : values.get(row);
  }

  @Override
  public FloatColumn slice(int from, int to) {
    Bits present = presentSlice(from, to);
    return new FloatColumn(values.slice(from, to), present);
  }

  @Override
  public FloatColumn take(int[] rows) {
    requireNonNull(rows, "rows");
    Bits present = presentTake(rows);
    return new FloatColumn(values.take(rows), present);
  }
}
