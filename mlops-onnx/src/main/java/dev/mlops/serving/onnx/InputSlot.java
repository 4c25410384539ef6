package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import dev.mlops.serving.onnx.OnnxSignature.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input tensor and how it is filled.
 *
 * @param value what the model says of it
 * @param isBatched whether its first size counts rows; else one row is the whole tensor
 */
record InputSlot(Value value, boolean isBatched) {

  String name() {
    return value.name();
  }

  TensorType type() {
    return requireNonNull(value.tensorType());
  }

  /** The sizes of one row, -1 where one is open. */
  List<Long> sizes() {
    return isBatched ? value.rowSizes() : value.shape();
  }

  /** The elements of one row as far as the model tells them, at least 1. */
  long knownElements() {
    return Value.product(sizes());
  }

  boolean isOpen() {
    return sizes().stream().anyMatch(size -> size < 0);
  }

  /**
   * Writes rows.
   *
   * @param features the values
   * @param columns the names of the values that are a row of this input, one after the other
   * @param from the first row
   * @param to the row after the last one
   * @param count how many rows the tensor has; the last row is repeated up to there
   */
  TensorWriter fill(Features features, List<String> columns, int from, int to, int count) {
    long[] row = rowShape(features, columns, from);
    int width = Math.toIntExact(product(row));
    TensorWriter writer = TensorWriter.of(name(), type(), Math.multiplyExact(count, width));
    if (writer instanceof FloatWriter floats && features instanceof Features.OfDataset table) {
      Dataset chosen = table.table().select(columns.toArray(String[]::new));
      floats.write(rowsOf(chosen, width), from, to);
    } else {
      for (int i = from; i < to; i++) {
        writer.at(features.place(i));
        write(writer, features, columns, i, (i - from) * width, width);
      }
    }
    for (int i = to - from; i < count; i++) {
      writer.repeat((to - from - 1) * width, width, i * width);
    }
    return writer.shaped(shape(row, count));
  }

  private Rows rowsOf(Dataset chosen, int width) {
    Rows rows = new Rows(chosen);
    if (rows.width() != width) {
      throw wrongSize("", rows.width(), width);
    }
    return rows;
  }

  private long[] shape(long[] row, int count) {
    if (!isBatched) {
      return row;
    }
    long[] shape = new long[row.length + 1];
    shape[0] = count;
    System.arraycopy(row, 0, shape, 1, row.length);
    return shape;
  }

  private void write(
      TensorWriter writer, Features features, List<String> columns, int row, int at, int width) {
    int next = at;
    for (String column : columns) {
      Object value = features.value(column, row);
      int elements = elements(features, column, value, columns.size() == 1 ? width : 1);
      if (next + elements > at + width) {
        throw wrongSize(features.place(row), next - at + elements, width);
      }
      if (value == null) {
        for (int i = 0; i < elements; i++) {
          writer.put(next + i, null);
        }
        next += elements;
      } else {
        next = Nested.write(writer, next, value);
      }
    }
    if (next != at + width) {
      throw wrongSize(features.place(row), next - at, width);
    }
  }

  /** A missing vector is as many missing numbers. */
  private static int elements(
      Features features, String column, @Nullable Object value, int otherwise) {
    if (value != null) {
      return Nested.count(value);
    }
    return features instanceof Features.OfDataset table
        ? Math.max(1, table.table().schema().get(column).dataType().dimension())
        : otherwise;
  }

  private InvalidInputException wrongSize(String place, long given, long wanted) {
    return new InvalidInputException(
        "%sinput '%s' takes %s a row, shaped %s, and was given %s"
            .formatted(
                place,
                name(),
                Plural.of(wanted, "value"),
                Value.text(sizes()),
                Plural.grouped(given)));
  }

  /** The sizes of a row, the open ones taken from the first one. */
  private long[] rowShape(Features features, List<String> columns, int first) {
    String place = features.place(first);
    if (columns.size() == 1) {
      Object value = features.value(columns.get(0), first);
      List<Long> given = Nested.shape(place + "input '" + name() + "'", value);
      if (given.size() > 1) {
        return matched(place, given);
      }
    }
    long total = 0;
    for (String column : columns) {
      total += elements(features, column, features.value(column, first), known(columns));
    }
    return filled(place, total);
  }

  private int known(List<String> columns) {
    return columns.size() == 1 && !isOpen() ? Math.toIntExact(knownElements()) : 1;
  }

  /** Nested arrays must have the model's sizes; sizes of 1 do not count. */
  private long[] matched(String place, List<Long> given) {
    List<Long> sizes = sizes();
    List<Long> wanted = given.size() == sizes.size() ? sizes : without1(sizes);
    List<Long> have = given.size() == sizes.size() ? given : without1(given);
    boolean fits = wanted.size() == have.size();
    for (int i = 0; fits && i < wanted.size(); i++) {
      fits = wanted.get(i) < 0 || wanted.get(i).equals(have.get(i));
    }
    if (!fits) {
      throw new InvalidInputException(
          "%sinput '%s' takes %s a row, and was given %s"
              .formatted(place, name(), Value.text(sizes), Value.text(given)));
    }
    long[] row = new long[sizes.size()];
    int next = 0;
    for (int i = 0; i < row.length; i++) {
      boolean counts = wanted == sizes || sizes.get(i) != 1;
      row[i] = counts ? have.get(next++) : 1;
    }
    return row;
  }

  private static List<Long> without1(List<Long> sizes) {
    return sizes.stream().filter(size -> size != 1).toList();
  }

  /** So many elements, one after the other, fill at most one open size. */
  private long[] filled(String place, long elements) {
    long open = sizes().stream().filter(size -> size < 0).count();
    long known = knownElements();
    if (open > 1 || (open == 1 && elements % known != 0)) {
      throw new InvalidInputException(
          "%sinput '%s' takes %s a row; give nested arrays of these sizes instead of %s"
              .formatted(place, name(), Value.text(sizes()), Plural.of(elements, "value")));
    }
    if (open == 0 && elements != known) {
      throw wrongSize(place, elements, known);
    }
    return sizes().stream().mapToLong(size -> size < 0 ? elements / known : size).toArray();
  }

  private static long product(long[] sizes) {
    long product = 1;
    for (long size : sizes) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }
}
