package dev.mlops.data;

import java.time.Instant;
import java.util.Arrays;

/** Collects whole numbers, or instants as microseconds. */
final class LongColumnBuilder extends ColumnBuilder {

  private final boolean instants;
  private long[] values = new long[0];

  LongColumnBuilder(DataType type) {
    super(type);
    this.instants = type.equals(DataType.INSTANT);
  }

  void addLong(long value) {
    int row = next();
    values[row] = value;
  }

  @Override
  void resize(int rows) {
    values = Arrays.copyOf(values, rows);
  }

  @Override
  boolean accept(Object value) {
    if (instants && value instanceof Instant instant) {
      addLong(Micros.floor(instant));
      return true;
    }
    boolean whole =
        value instanceof Long
            || value instanceof Integer
            || value instanceof Short
            || value instanceof Byte;
    if (!instants && whole) {
      addLong(((Number) value).longValue());
      return true;
    }
    return false;
  }

  @Override
  void append(Column column, int at) {
    LongValues source =
        column instanceof InstantColumn micros ? micros.values() : ((LongColumn) column).values();
    source.read(0, values, at, column.size());
  }

  @Override
  Column build() {
    LongValues built = LongValues.of(values, size());
    return instants ? new InstantColumn(built, present()) : new LongColumn(built, present());
  }
}
