package dev.mlops.serving.onnx;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.error.InvalidInputException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The number columns of a dataset as a model's floats: row by row, the columns in their order, a
 * vector as so many numbers, a null as NaN, everything else by the rule of {@link Lossless}.
 *
 * <p>The rows are filled column by column, so that each kind of column has a loop of its own that
 * the virtual machine can inline.
 */
final class Rows {

  /** Writes one column's numbers, the first of each row {@code stride} after that of the last. */
  private interface Cells {
    void write(int from, int to, float[] into, int at, int stride);
  }

  private record Placed(Cells cells, int offset) {}

  private final List<Placed> columns = new ArrayList<>();
  private final Column.@Nullable OfVector alone;
  private int width;

  Rows(Dataset dataset) {
    alone = alone(dataset);
    for (Field field : dataset.schema().fields()) {
      columns.add(new Placed(cells(field, dataset.column(field.name())), width));
      width += Math.max(1, field.dataType().dimension());
    }
  }

  int width() {
    return width;
  }

  /**
   * Puts rows into a buffer. Vectors alone lie there as they lie in their column; all else is put
   * together in an array first, since stores to it are cheaper.
   */
  void write(int from, int to, FloatBuffer into) {
    if (alone != null && alone.nullCount() == 0) {
      alone.read(from, to, into);
      return;
    }
    int size = (to - from) * width;
    float[] numbers = Scratch.ofThread().numbers(size);
    write(from, to, numbers);
    into.put(numbers, 0, size);
  }

  void write(int from, int to, float[] into) {
    for (Placed column : columns) {
      column.cells.write(from, to, into, column.offset, width);
    }
  }

  private static Column.@Nullable OfVector alone(Dataset dataset) {
    List<Field> fields = dataset.schema().fields();
    return fields.size() == 1
            && dataset.column(fields.get(0).name()) instanceof Column.OfVector vectors
        ? vectors
        : null;
  }

  private static Cells cells(Field field, Column column) {
    String name = field.name();
    if (column instanceof Column.OfFloat floats) {
      return (from, to, into, at, stride) -> write(floats, from, to, into, at, stride);
    }
    if (column instanceof Column.OfDouble doubles) {
      return (from, to, into, at, stride) -> write(doubles, name, from, to, into, at, stride);
    }
    if (column instanceof Column.OfLong longs) {
      return (from, to, into, at, stride) -> write(longs, name, from, to, into, at, stride);
    }
    if (column instanceof Column.OfBoolean flags) {
      return (from, to, into, at, stride) -> write(flags, from, to, into, at, stride);
    }
    if (column instanceof Column.OfVector vectors) {
      return (from, to, into, at, stride) -> write(vectors, from, to, into, at, stride);
    }
    throw new InvalidInputException(
        "column '%s' is %s, and a model takes numbers; encode it, or leave it out by dataset.without(\"%s\")"
            .formatted(name, field.dataType(), name));
  }

  private static void write(
      Column.OfFloat floats, int from, int to, float[] into, int at, int stride) {
    for (int row = from, cell = at; row < to; row++, cell += stride) {
      into[cell] = floats.get(row);
    }
  }

  private static void write(
      Column.OfDouble doubles, String name, int from, int to, float[] into, int at, int stride) {
    for (int row = from, cell = at; row < to; row++, cell += stride) {
      double value = doubles.get(row);
      into[cell] = (float) value;
      if (Lossless.isBeyond(value, into[cell])) {
        throw Lossless.isBeyondFloat(place(row, name), value);
      }
    }
  }

  private static void write(
      Column.OfLong longs, String name, int from, int to, float[] into, int at, int stride) {
    for (int row = from, cell = at; row < to; row++, cell += stride) {
      if (longs.isNull(row)) {
        into[cell] = Float.NaN;
      } else {
        long value = longs.get(row);
        into[cell] = (float) value;
        if (!Lossless.isSame(value, into[cell])) {
          throw Lossless.hasNoFloat(place(row, name), value);
        }
      }
    }
  }

  private static String place(int row, String column) {
    return "row " + row + ": column '" + column + "'";
  }

  private static void write(
      Column.OfBoolean flags, int from, int to, float[] into, int at, int stride) {
    for (int row = from, cell = at; row < to; row++, cell += stride) {
      into[cell] = flags.isNull(row) ? Float.NaN : flags.get(row) ? 1 : 0;
    }
  }

  private static void write(
      Column.OfVector vectors, int from, int to, float[] into, int at, int stride) {
    int dimension = vectors.dimension();
    if (stride == dimension && vectors.nullCount() == 0) {
      vectors.read(from, to, FloatBuffer.wrap(into));
      return;
    }
    float[] vector = new float[dimension];
    for (int row = from, cell = at; row < to; row++, cell += stride) {
      if (vectors.isNull(row)) {
        Arrays.fill(into, cell, cell + dimension, Float.NaN);
      } else {
        vectors.read(row, vector);
        System.arraycopy(vector, 0, into, cell, dimension);
      }
    }
  }
}
