package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Plural;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Vectors one after the other, row by row. */
final class VectorColumn extends BufferColumn implements Column.OfVector {

  private final FloatValues values;
  private final int dimension;

  VectorColumn(int dimension, FloatValues values, @Nullable Bits present) {
    super(DataType.vector(dimension), values.size() / dimension, present);
    if (values.size() % dimension != 0) {
      throw new IllegalArgumentException(
          Plural.of(values.size(), "float does", "floats do")
              + " not fill whole rows of dimension "
              + dimension);
    }
    this.values = values;
    this.dimension = dimension;
  }

  FloatValues values() {
    return values;
  }

  @Override
  public float[] get(int row) {
    float[] vector = new float[dimension];
    read(row, vector);
    return vector;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public void read(int row, float[] into) {
    requireNonNull(into, "into");
    if (into.length != dimension) {
      throw new IllegalArgumentException(
          "an array of "
              + Plural.of(into.length, "float")
              + " cannot take a vector of dimension "
              + dimension);
    }
    requirePresent(row);
    values.read(row * dimension, into, 0, dimension);
  }

  @Override
  public void read(int from, int to, FloatBuffer into) {
    requireNonNull(into, "into");
    Objects.checkFromToIndex(from, to, size());
    for (int row = from; nullCount() > 0 && row < to; row++) {
      requirePresent(row);
    }
    into.put(values.slice(from * dimension, to * dimension).buffer());
  }

  @Override
  public float @Nullable [] value(int row) {
    return isNull(row) ? null : get(row);
  }

  @Override
  public VectorColumn slice(int from, int to) {
    Bits present = presentSlice(from, to);
    return new VectorColumn(dimension, values.slice(from * dimension, to * dimension), present);
  }

  @Override
  public VectorColumn take(int[] rows) {
    requireNonNull(rows, "rows");
    Bits present = presentTake(rows);
    float[] taken = new float[Math.multiplyExact(rows.length, dimension)];
    for (int i = 0; i < rows.length; i++) {
      values.read(rows[i] * dimension, taken, i * dimension, dimension);
    }
    return new VectorColumn(dimension, FloatValues.of(taken), present);
  }
}
