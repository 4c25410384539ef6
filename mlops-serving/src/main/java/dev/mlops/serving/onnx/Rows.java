package dev.mlops.serving.onnx;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.error.InvalidInputException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The number columns of a dataset as a model's input: row by row, the columns in their order, a
 * vector as so many numbers, a null as NaN.
 */
final class Rows {

  /** Writes one column's numbers of a row. */
  private interface Cells {
    void write(int row, FloatBuffer into);
  }

  private final List<Cells> columns = new ArrayList<>();
  private int width;

  Rows(Dataset dataset) {
    for (Field field : dataset.schema().fields()) {
      columns.add(cells(field, dataset.column(field.name())));
      width += Math.max(1, field.type().dimension());
    }
  }

  int width() {
    return width;
  }

  void write(int from, int to, FloatBuffer into) {
    for (int row = from; row < to; row++) {
      for (Cells cells : columns) {
        cells.write(row, into);
      }
    }
    into.flip();
  }

  private static Cells cells(Field field, Column column) {
    if (column instanceof Column.OfFloat floats) {
      return (row, into) -> into.put(floats.get(row));
    }
    if (column instanceof Column.OfDouble doubles) {
      return (row, into) -> into.put((float) doubles.get(row));
    }
    if (column instanceof Column.OfLong longs) {
      return (row, into) -> into.put(longs.isNull(row) ? Float.NaN : longs.get(row));
    }
    if (column instanceof Column.OfBoolean flags) {
      return (row, into) -> into.put(flags.isNull(row) ? Float.NaN : flags.get(row) ? 1 : 0);
    }
    if (column instanceof Column.OfVector vectors) {
      return (row, into) -> vector(vectors, row, into);
    }
    throw new InvalidInputException(
        "column '%s' is %s, and a model takes numbers; encode it, or leave it out by dataset.without(\"%s\")"
            .formatted(field.name(), field.type(), field.name()));
  }

  private static void vector(Column.OfVector vectors, int row, FloatBuffer into) {
    if (!vectors.isNull(row)) {
      into.put(vectors.get(row));
      return;
    }
    for (int i = 0; i < vectors.dimension(); i++) {
      into.put(Float.NaN);
    }
  }
}
