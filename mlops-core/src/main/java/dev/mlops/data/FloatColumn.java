package dev.mlops.data;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

final class FloatColumn extends BufferColumn implements Column.OfFloat {

  private final FloatBuffer values;

  FloatColumn(FloatBuffer values, @Nullable Bits present) {
    super(DataType.FLOAT32, values.remaining(), present);
    this.values = values;
  }

  FloatBuffer values() {
    return values.duplicate();
  }

  @Override
  public float get(int row) {
    return present() != null && isNull(row) ? Float.NaN : values.get(row);
  }

  @Override
  public float[] toArray() {
    float[] array = new float[size()];
    values.get(0, array);
    for (int row = 0; nullCount() > 0 && row < array.length; row++) {
      array[row] = get(row);
    }
    return array;
  }

  @Override
  public @Nullable Float value(int row) {
    return isNull(row) ? null : values.get(row);
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
      taken[i] = values.get(rows[i]);
    }
    return new FloatColumn(FloatBuffer.wrap(taken), present);
  }
}
