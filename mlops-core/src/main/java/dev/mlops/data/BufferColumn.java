package dev.mlops.data;

import dev.mlops.error.Plural;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all columns share: values in an array or in a mapped file, and bits that say which rows are
 * present. The value at a null has no meaning.
 */
abstract sealed class BufferColumn implements Column
    permits BooleanColumn,
        LongColumn,
        FloatColumn,
        DoubleColumn,
        StringColumn,
        InstantColumn,
        VectorColumn {

  private final DataType dataType;
  private final int size;
  private final @Nullable Bits present;
  private final int nullCount;

  BufferColumn(DataType dataType, int size, @Nullable Bits present) {
    if (present != null && present.size() != size) {
      throw new IllegalArgumentException(
          Plural.of(present.size(), "validity bit") + " for " + Plural.of(size, "row"));
    }
    this.dataType = dataType;
    this.size = size;
    this.nullCount = present == null ? 0 : size - present.count();
    this.present = nullCount == 0 ? null : present;
  }

  /**
   * Returns a column as what every column is. {@link Column} is sealed, but the compiler does not
   * follow each of its kinds down to the one class that implements it.
   */
  static BufferColumn of(Column column) {
    return (BufferColumn) column;
  }

  @Override
  public final DataType dataType() {
    return dataType;
  }

  @Override
  public final int size() {
    return size;
  }

  @Override
  public final int nullCount() {
    return nullCount;
  }

  @Override
  public final boolean isNull(int row) {
    Objects.checkIndex(row, size);
    return present != null && !present.get(row);
  }

  /** Returns the bits of the rows that are present, or null where all of them are. */
  final @Nullable Bits present() {
    return present;
  }

  final @Nullable Bits presentSlice(int from, int to) {
    Objects.checkFromToIndex(from, to, size);
    return present == null ? null : present.slice(from, to);
  }

  final @Nullable Bits presentTake(int[] rows) {
    for (int row : rows) {
      Objects.checkIndex(row, size);
    }
    return present == null ? null : present.take(rows);
  }

  final void requirePresent(int row) {
    if (isNull(row)) {
      throw new IllegalStateException("row " + row + " is null; ask isNull(" + row + ") first");
    }
  }

  final void requireNoNulls() {
    if (nullCount > 0) {
      throw new IllegalStateException(
          Plural.grouped(nullCount)
              + " of "
              + Plural.of(size, "value is", "values are")
              + " null; ask isNull(row) and read one by one");
    }
  }

  @Override
  public final String toString() {
    return "column of "
        + size
        + " "
        + dataType
        + (nullCount == 0 ? "" : ", " + nullCount + " null");
  }
}
