package dev.mlops.data;

import java.util.BitSet;

final class BooleanColumnBuilder extends ColumnBuilder {

  private final BitSet values = new BitSet();

  BooleanColumnBuilder() {
    super(DataType.BOOLEAN);
  }

  void addBoolean(boolean value) {
    values.set(next(), value);
  }

  @Override
  void resize(int rows) {}

  @Override
  boolean accept(Object value) {
    if (value instanceof Boolean bool) {
      addBoolean(bool);
      return true;
    }
    return false;
  }

  @Override
  void append(Column column, int at) {
    Bits bits = ((BooleanColumn) column).values();
    values.set(at, at + bits.size());
    bits.forEachClear(row -> values.clear(at + row));
  }

  @Override
  BooleanColumn build() {
    values.clear(size(), Math.max(size(), values.length()));
    return new BooleanColumn(Bits.of(values, size()), present());
  }
}
