package dev.mlops.data;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

final class FloatColumn extends BufferColumn implements Column.OfFloat {

  private final FloatBuffer values;

  /**
   * The array under the values, because a virtual call per value would cost more than the value.
   */
  private final float @Nullable [] array;

  private final int offset;

  FloatColumn(FloatBuffer values, @Nullable Bits present) {
    super(DataType.FLOAT32, values.remaining(), present);
    this.values = values;
    this.array = values.hasArray() ? values.array() : null;
    this.offset = array == null ? 0 : values.arrayOffset();
  }

  FloatBuffer values() {
    return values.duplicate();
  }

  private float at(int row) {
    return array == null ? values.get(row) : array[offset + row];
  }

  @Override
  public float get(int row) {
    return isNull(row) ? Float.NaN : at(row);
  }

  @Override
  public float[] toArray() {
    float[] copy = new float[size()];
    values.get(0, copy);
    for (int row = 0; nullCount() > 0 && row < copy.length; row++) {
      copy[row] = get(row);
    }
    return copy;
  }

  @Override
  public @Nullable Float value(int row) {
    return isNull(row) ? null : at(row);
  }

  @Override
  public FloatColumn slice(int from, int to) {
    return new FloatColumn(values.slice(from, to - from), presentSlice(from, to));
  }

  @Override
  public FloatColumn take(int[] rows) {
    Bits present = presentTake(rows);
    float[] taken = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      taken[i] = at(rows[i]);
    }
    return new FloatColumn(FloatBuffer.wrap(taken), present);
  }
}
