package dev.mlops.data;

import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;

final class LongColumn extends BufferColumn implements Column.OfLong {

  private final LongBuffer values;

  /**
   * The array under the values, because a virtual call per value would cost more than the value.
   */
  private final long @Nullable [] array;

  private final int offset;

  LongColumn(LongBuffer values, @Nullable Bits present) {
    super(DataType.INT64, values.remaining(), present);
    this.values = values;
    this.array = values.hasArray() ? values.array() : null;
    this.offset = array == null ? 0 : values.arrayOffset();
  }

  LongBuffer values() {
    return values.duplicate();
  }

  private long at(int row) {
    return array == null ? values.get(row) : array[offset + row];
  }

  @Override
  public long get(int row) {
    requirePresent(row);
    return at(row);
  }

  @Override
  public long[] toArray() {
    requireNoNulls();
    long[] copy = new long[size()];
    values.get(0, copy);
    return copy;
  }

  @Override
  public @Nullable Long value(int row) {
    return isNull(row) ? null : at(row);
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
      taken[i] = at(rows[i]);
    }
    return new LongColumn(LongBuffer.wrap(taken), present);
  }
}
