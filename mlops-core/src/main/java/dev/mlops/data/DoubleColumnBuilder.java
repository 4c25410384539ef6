package dev.mlops.data;

import java.util.Arrays;

final class DoubleColumnBuilder extends ColumnBuilder {

  /** Up to here every whole number is a double. */
  private static final long EXACT = 1L << 53;

  private double[] values = new double[0];

  DoubleColumnBuilder() {
    super(DataType.FLOAT64);
  }

  void addDouble(double value) {
    int row = next();
    values[row] = value;
  }

  @Override
  void resize(int rows) {
    values = Arrays.copyOf(values, rows);
  }

  @Override
  boolean accept(Object value) {
    boolean fits =
        value instanceof Double
            || value instanceof Float
            || value instanceof Integer
            || value instanceof Short
            || value instanceof Byte
            || (value instanceof Long whole && whole >= -EXACT && whole <= EXACT);
    if (fits) {
      addDouble(((Number) value).doubleValue());
    }
    return fits;
  }

  @Override
  void append(Column column, int at) {
    ((DoubleColumn) column).values().read(0, values, at, column.size());
  }

  @Override
  DoubleColumn build() {
    return new DoubleColumn(DoubleValues.of(values, size()), present());
  }
}
