package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

final class LongColumn extends BufferColumn implements Column.OfLong {

  private final LongValues values;

  LongColumn(LongValues values, @Nullable Bits present) {
    super(DataType.INT64, values.size(), present);
    this.values = values;
  }

  LongValues values() {
    return values;
  }

  @Override
  public long get(int row) {
    requirePresent(row);
    return values.get(row);
  }

  @Override
  public long[] toArray() {
    requireNoNulls();
    long[] copy = new long[size()];
    values.read(0, copy, 0, copy.length);
    return copy;
  }

  @Override
  public @Nullable Long value(int row) {
    return isNull(row) ? null : values.get(row);
  }

  @Override
  public LongColumn slice(int from, int to) {
    Bits present = presentSlice(from, to);
    return new LongColumn(values.slice(from, to), present);
  }

  @Override
  public LongColumn take(int[] rows) {
    requireNonNull(rows, "rows");
    Bits present = presentTake(rows);
    return new LongColumn(values.take(rows), present);
  }
}
