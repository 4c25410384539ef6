package dev.mlops.data;

import dev.mlops.error.Plural;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects values for a column, one by one or a column at a time. Used by one thread, and no more
 * once it has built: the column takes over its arrays.
 */
abstract sealed class ColumnBuilder
    permits BooleanColumnBuilder,
        LongColumnBuilder,
        FloatColumnBuilder,
        DoubleColumnBuilder,
        StringColumnBuilder,
        VectorColumnBuilder {

  /** The largest size of an array that every virtual machine grants. */
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final DataType type;
  private final BitSet nulls = new BitSet();
  private int size;
  private int capacity;

  ColumnBuilder(DataType type) {
    this.type = type;
  }

  static ColumnBuilder of(DataType type) {
    return switch (type.kind()) {
      case BOOLEAN -> new BooleanColumnBuilder();
      case INT64, INSTANT -> new LongColumnBuilder(type);
      case FLOAT32 -> new FloatColumnBuilder();
      case FLOAT64 -> new DoubleColumnBuilder();
      case STRING -> new StringColumnBuilder();
      case VECTOR -> new VectorColumnBuilder(type);
    };
  }

  static Column concat(DataType type, List<Column> parts) {
    ColumnBuilder builder = of(type);
    builder.reserve(parts.stream().mapToLong(Column::size).sum());
    parts.forEach(builder::addAll);
    return builder.build();
  }

  final int size() {
    return size;
  }

  /** Adds a value, checked against the type. */
  final void add(@Nullable Object value) {
    if (value == null) {
      addNull();
    } else if (!accept(value)) {
      throw new IllegalArgumentException(type + " cannot hold " + describe(value));
    }
  }

  private static String describe(Object value) {
    return value instanceof float[] vector
        ? "a vector of " + Plural.of(vector.length, "float")
        : "'" + value + "' (" + value.getClass().getSimpleName() + ")";
  }

  final void addNull() {
    nulls.set(next());
  }

  /** Adds all rows of a column of the same type. */
  final void addAll(Column column) {
    reserve(column.size());
    Bits present = BufferColumn.of(column).present();
    if (present != null) {
      present.forEachClear(row -> nulls.set(size + row));
    }
    append(column, size);
    size += column.size();
  }

  /** Forgets all rows from one on. */
  final void truncate(int rows) {
    nulls.clear(rows, Math.max(rows, size));
    size = rows;
  }

  /** Makes room for a row at the end, and returns its place. */
  final int next() {
    if (size == capacity) {
      reserve(1);
    }
    return size++;
  }

  final void reserve(long rows) {
    long needed = size + rows;
    if (needed > capacity) {
      int most = LARGEST_ARRAY / Math.max(1, type.dimension());
      if (needed > most) {
        throw new IllegalArgumentException(
            "a column of " + type + " holds at most " + Plural.of(most, "value") + ": " + needed);
      }
      long spare = Math.max(1, 16 / Math.max(1, type.dimension()));
      capacity = (int) Math.min(most, Math.max(needed, capacity + (capacity >> 1) + spare));
      resize(capacity);
    }
  }

  final @Nullable Bits present() {
    return Bits.present(nulls, size);
  }

  /** Gives the arrays room for a number of rows, not less than before. */
  abstract void resize(int rows);

  /** Adds a value that is not null, or answers false if it does not fit the type. */
  abstract boolean accept(Object value);

  /** Copies the values of a column to a place that has room for them. */
  abstract void append(Column column, int at);

  abstract Column build();
}
