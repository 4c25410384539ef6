package dev.mlops.data;

import java.util.Arrays;

final class VectorColumnBuilder extends ColumnBuilder {

  private final int dimension;
  private float[] values = new float[0];

  VectorColumnBuilder(DataType type) {
    super(type);
    this.dimension = type.dimension();
  }

  @Override
  void resize(int rows) {
    values = Arrays.copyOf(values, rows * dimension);
  }

  @Override
  boolean accept(Object value) {
    if (value instanceof float[] vector && vector.length == dimension) {
      int row = next();
      System.arraycopy(vector, 0, values, row * dimension, dimension);
      return true;
    }
    return false;
  }

  @Override
  void append(Column column, int at) {
    ((VectorColumn) column).values().read(0, values, at * dimension, column.size() * dimension);
  }

  @Override
  VectorColumn build() {
    return new VectorColumn(dimension, FloatValues.of(values, size() * dimension), present());
  }
}
