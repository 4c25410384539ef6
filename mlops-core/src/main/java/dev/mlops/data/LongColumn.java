package dev.mlops.data;

import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;

final class LongColumn extends BufferColumn implements Column.OfLong {

  private final LongBuffer values;

  LongColumn(LongBuffer values, @Nullable Bits present) {
    super(DataType.INT64, values.remaining(), present);
    this.values = values;
  }

  LongBuffer values() {
    return values.duplicate();
  }

  @Override
  public long get(int row) {
    requirePresent(row);
    return values.get(row);
  }

  @Override
  public long[] toArray() {
    requireNoNulls();
    long[] array = new long[size()];
    values.get(0, array);
    return array;
  }

  @Override
  public @Nullable Long value(int row) {
    return isNull(row) ? null : values.get(row);
  }

  @Override
  public LongColumn slice(int from, int to) {
    return new LongColumn(values.slice(from, to - from), presentSlice(from, to));
  }

  @Override
  public LongColumn take(int[] rows) {
    Bits present = presentTake(rows);
    long[] taken = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      taken[i] = values.get(rows[i]);
    }
    return new LongColumn(LongBuffer.wrap(taken), present);
  }
}
