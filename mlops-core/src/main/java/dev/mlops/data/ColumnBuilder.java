package dev.mlops.data;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects values for a column, row by row or a column at a time. Used once, by one thread. */
abstract sealed class ColumnBuilder {

  /** The largest size of an array that every virtual machine grants. */
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final DataType type;
  private final BitSet nulls = new BitSet();
  private int size;

  ColumnBuilder(DataType type) {
    this.type = type;
  }

  static ColumnBuilder of(DataType type, int expectedRows) {
    return switch (type.kind()) {
      case BOOLEAN -> new Booleans();
      case INT64 -> new Longs(expectedRows);
      case FLOAT32 -> new Floats(expectedRows);
      case FLOAT64 -> new Doubles(expectedRows);
      case STRING -> new Strings(expectedRows);
      case INSTANT -> new Instants(expectedRows);
      case VECTOR -> new Vectors(type, expectedRows);
    };
  }

  static Column concat(DataType type, List<Column> parts) {
    ColumnBuilder builder =
        of(type, parts.stream().mapToInt(Column::size).reduce(0, Math::addExact));
    parts.forEach(builder::addAll);
    return builder.build();
  }

  final DataType type() {
    return type;
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
    String text =
        value instanceof float[] vector
            ? "a vector of " + vector.length + " floats"
            : "'" + value + "'";
    return text + " (" + value.getClass().getSimpleName() + ")";
  }

  final void addNull() {
    nulls.set(size);
    skip();
    size++;
  }

  /** Adds all rows of a column of the same type. */
  final void addAll(Column column) {
    Bits present = ((BufferColumn) column).present();
    if (present != null) {
      for (int row = 0; row < column.size(); row++) {
        if (!present.get(row)) {
          nulls.set(size + row);
        }
      }
    }
    append(column);
    size += column.size();
  }

  final void added() {
    size++;
  }

  final @Nullable Bits present() {
    return Bits.present(nulls, size);
  }

  static int grown(int capacity, int needed) {
    if (needed < 0 || needed > LARGEST_ARRAY) {
      throw new IllegalStateException("a column holds at most " + LARGEST_ARRAY + " values");
    }
    long wanted = Math.max(needed, capacity + (capacity >> 1) + 16L);
    return (int) Math.min(LARGEST_ARRAY, wanted);
  }

  /** Leaves room for the null at {@code size()}. */
  abstract void skip();

  /** Adds a value that is not null, or answers false if it does not fit the type. */
  abstract boolean accept(Object value);

  /**
   * Copies the values of a column behind those that are here; sizes and nulls are kept by the
   * caller.
   */
  abstract void append(Column column);

  abstract Column build();

  static final class Booleans extends ColumnBuilder {
    private final BitSet values = new BitSet();

    Booleans() {
      super(DataType.BOOLEAN);
    }

    void addBoolean(boolean value) {
      values.set(size(), value);
      added();
    }

    @Override
    void skip() {}

    @Override
    boolean accept(Object value) {
      if (value instanceof Boolean b) {
        addBoolean(b);
        return true;
      }
      return false;
    }

    @Override
    void append(Column column) {
      Bits bits = ((BooleanColumn) column).values();
      for (int row = 0; row < bits.size(); row++) {
        values.set(size() + row, bits.get(row));
      }
    }

    @Override
    BooleanColumn build() {
      return new BooleanColumn(Bits.of(values, size()), present());
    }
  }

  static final class Longs extends ColumnBuilder {
    private long[] values;

    Longs(int expectedRows) {
      super(DataType.INT64);
      values = new long[expectedRows];
    }

    void addLong(long value) {
      skip();
      values[size()] = value;
      added();
    }

    @Override
    void skip() {
      reserve(1);
    }

    private void reserve(int rows) {
      if (size() + rows < 0 || size() + rows > values.length) {
        values = Arrays.copyOf(values, grown(values.length, size() + rows));
      }
    }

    @Override
    boolean accept(Object value) {
      if (value instanceof Long
          || value instanceof Integer
          || value instanceof Short
          || value instanceof Byte) {
        addLong(((Number) value).longValue());
        return true;
      }
      return false;
    }

    @Override
    void append(Column column) {
      reserve(column.size());
      ((LongColumn) column).values().get(values, size(), column.size());
    }

    @Override
    LongColumn build() {
      return new LongColumn(LongBuffer.wrap(values, 0, size()).slice(), present());
    }
  }

  static final class Instants extends ColumnBuilder {
    private long[] values;

    Instants(int expectedRows) {
      super(DataType.INSTANT);
      values = new long[expectedRows];
    }

    void addMicros(long value) {
      skip();
      values[size()] = value;
      added();
    }

    @Override
    void skip() {
      reserve(1);
    }

    private void reserve(int rows) {
      if (size() + rows < 0 || size() + rows > values.length) {
        values = Arrays.copyOf(values, grown(values.length, size() + rows));
      }
    }

    @Override
    boolean accept(Object value) {
      if (value instanceof Instant instant) {
        addMicros(InstantColumn.micros(instant));
        return true;
      }
      return false;
    }

    @Override
    void append(Column column) {
      reserve(column.size());
      ((InstantColumn) column).values().get(values, size(), column.size());
    }

    @Override
    InstantColumn build() {
      return new InstantColumn(LongBuffer.wrap(values, 0, size()).slice(), present());
    }
  }

  static final class Floats extends ColumnBuilder {
    private float[] values;

    Floats(int expectedRows) {
      super(DataType.FLOAT32);
      values = new float[expectedRows];
    }

    void addFloat(float value) {
      skip();
      values[size()] = value;
      added();
    }

    @Override
    void skip() {
      reserve(1);
    }

    private void reserve(int rows) {
      if (size() + rows < 0 || size() + rows > values.length) {
        values = Arrays.copyOf(values, grown(values.length, size() + rows));
      }
    }

    @Override
    boolean accept(Object value) {
      if (value instanceof Float f) {
        addFloat(f);
        return true;
      }
      return false;
    }

    @Override
    void append(Column column) {
      reserve(column.size());
      ((FloatColumn) column).values().get(values, size(), column.size());
    }

    @Override
    FloatColumn build() {
      return new FloatColumn(FloatBuffer.wrap(values, 0, size()).slice(), present());
    }
  }

  static final class Doubles extends ColumnBuilder {
    private static final long EXACT = 1L << 53;
    private double[] values;

    Doubles(int expectedRows) {
      super(DataType.FLOAT64);
      values = new double[expectedRows];
    }

    void addDouble(double value) {
      skip();
      values[size()] = value;
      added();
    }

    @Override
    void skip() {
      reserve(1);
    }

    private void reserve(int rows) {
      if (size() + rows < 0 || size() + rows > values.length) {
        values = Arrays.copyOf(values, grown(values.length, size() + rows));
      }
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
    void append(Column column) {
      reserve(column.size());
      ((DoubleColumn) column).values().get(values, size(), column.size());
    }

    @Override
    DoubleColumn build() {
      return new DoubleColumn(DoubleBuffer.wrap(values, 0, size()).slice(), present());
    }
  }

  static final class Strings extends ColumnBuilder {
    private final Map<String, Integer> codeOf = new HashMap<>();
    private final List<String> dictionary = new ArrayList<>();
    private int[] codes;

    Strings(int expectedRows) {
      super(DataType.STRING);
      codes = new int[expectedRows];
    }

    void addString(String value) {
      addCode(code(value));
    }

    /** Returns the code of a string, new or known. */
    int code(String value) {
      Integer known = codeOf.putIfAbsent(value, dictionary.size());
      if (known != null) {
        return known;
      }
      dictionary.add(value);
      return dictionary.size() - 1;
    }

    void addCode(int code) {
      skip();
      codes[size()] = code;
      added();
    }

    @Override
    void skip() {
      reserve(1);
    }

    private void reserve(int rows) {
      if (size() + rows < 0 || size() + rows > codes.length) {
        codes = Arrays.copyOf(codes, grown(codes.length, size() + rows));
      }
    }

    @Override
    boolean accept(Object value) {
      if (value instanceof String string) {
        addString(string);
        return true;
      }
      return false;
    }

    @Override
    void append(Column column) {
      reserve(column.size());
      StringColumn strings = (StringColumn) column;
      int[] translated = new int[strings.dictionary().size()];
      Arrays.fill(translated, -1);
      for (int row = 0; row < strings.size(); row++) {
        int code = strings.code(row);
        if (code >= 0 && translated[code] < 0) {
          translated[code] = code(strings.dictionary().get(code));
        }
        codes[size() + row] = code < 0 ? 0 : translated[code];
      }
    }

    @Override
    StringColumn build() {
      return new StringColumn(
          IntBuffer.wrap(codes, 0, size()).slice(),
          Collections.unmodifiableList(dictionary),
          present());
    }
  }

  static final class Vectors extends ColumnBuilder {
    private final int dimension;
    private float[] values;

    Vectors(DataType type, int expectedRows) {
      super(type);
      dimension = type.dimension();
      values = new float[Math.multiplyExact(expectedRows, dimension)];
    }

    @Override
    void skip() {
      reserve(1);
    }

    private void reserve(int rows) {
      long needed = ((long) size() + rows) * dimension;
      if (needed > values.length) {
        values =
            Arrays.copyOf(values, grown(values.length, (int) Math.min(needed, Integer.MAX_VALUE)));
      }
    }

    @Override
    boolean accept(Object value) {
      if (value instanceof float[] vector && vector.length == dimension) {
        reserve(1);
        System.arraycopy(vector, 0, values, size() * dimension, dimension);
        added();
        return true;
      }
      return false;
    }

    @Override
    void append(Column column) {
      reserve(column.size());
      ((VectorColumn) column).values().get(values, size() * dimension, column.size() * dimension);
    }

    @Override
    VectorColumn build() {
      return new VectorColumn(
          dimension, FloatBuffer.wrap(values, 0, size() * dimension).slice(), present());
    }
  }
}
