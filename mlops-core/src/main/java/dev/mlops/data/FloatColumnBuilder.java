package dev.mlops.data;

import java.util.Arrays;

final class FloatColumnBuilder extends ColumnBuilder {

  private float[] values = new float[0];

  FloatColumnBuilder() {
    super(DataType.FLOAT32);
  }

  void addFloat(float value) {
    int row = next();
    values[row] = value;
  }

  @Override
  void resize(int rows) {
    values = Arrays.copyOf(values, rows);
  }

  @Override
  boolean accept(Object value) {
    if (value instanceof Float number) {
      addFloat(number);
      return true;
    }
    return false;
  }

  @Override
  void append(Column column, int at) {
    ((FloatColumn) column).values().read(0, values, at, column.size());
  }

  @Override
  FloatColumn build() {
    return new FloatColumn(FloatValues.of(values, size()), present());
  }
}
