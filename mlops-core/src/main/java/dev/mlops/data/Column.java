package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values of one type, one for each row; some may be null.
 *
 * <p>Columns are immutable and safe for use by many threads. They hold primitives, in memory or in
 * a mapped file; ask {@link Dataset#doubles(String)} and its siblings for the kind with primitive
 * accessors. A row out of range is an {@link IndexOutOfBoundsException}.
 */
public sealed interface Column
    permits Column.OfBoolean,
        Column.OfLong,
        Column.OfFloat,
        Column.OfDouble,
        Column.OfString,
        Column.OfInstant,
        Column.OfVector,
        BufferColumn {

  /**
   * Returns the type of the values.
   *
   * @return the type
   */
  DataType dataType();

  /**
   * Returns the number of rows.
   *
   * @return the number of rows, nulls included
   */
  int size();

  /**
   * Returns the number of nulls.
   *
   * @return how many rows are null
   */
  int nullCount();

  /**
   * Tells whether a row is null.
   *
   * @param row the row, from 0
   * @return true if its value is missing
   */
  boolean isNull(int row);

  /**
   * Returns a value as an object.
   *
   * @param row the row, from 0
   * @return a Boolean, Long, Float, Double, String, Instant or float[], as the type says; null if
   *     missing
   */
  @Nullable Object value(int row);

  /**
   * Returns a range of consecutive rows; nothing is copied.
   *
   * @param from the first row
   * @param to the row after the last one
   * @return the rows as a column
   */
  Column slice(int from, int to);

  /**
   * Returns chosen rows in a chosen order.
   *
   * @param rows the rows; one may occur more than once
   * @return a column with a value for each element of {@code rows}
   */
  Column take(int[] rows);

  /** A column of booleans. */
  sealed interface OfBoolean extends Column permits BooleanColumn {

    /**
     * Returns a value.
     *
     * @param row the row, from 0
     * @return the value
     * @throws IllegalStateException if the row is null
     */
    boolean get(int row);

    /**
     * Copies all values.
     *
     * @return a new array with a value for each row
     * @throws IllegalStateException if there is a null
     */
    boolean[] toArray();

    @Override
    OfBoolean slice(int from, int to);

    @Override
    OfBoolean take(int[] rows);
  }

  /** A column of whole numbers. */
  sealed interface OfLong extends Column permits LongColumn {

    /**
     * Returns a value.
     *
     * @param row the row, from 0
     * @return the value
     * @throws IllegalStateException if the row is null
     */
    long get(int row);

    /**
     * Copies all values.
     *
     * @return a new array with a value for each row
     * @throws IllegalStateException if there is a null
     */
    long[] toArray();

    @Override
    OfLong slice(int from, int to);

    @Override
    OfLong take(int[] rows);
  }

  /** A column of 32-bit floating-point numbers. */
  sealed interface OfFloat extends Column permits FloatColumn {

    /**
     * Returns a value.
     *
     * @param row the row, from 0
     * @return the value; NaN for a null
     */
    float get(int row);

    /**
     * Copies all values.
     *
     * @return a new array with a value for each row, NaN for a null
     */
    float[] toArray();

    @Override
    OfFloat slice(int from, int to);

    @Override
    OfFloat take(int[] rows);
  }

  /** A column of 64-bit floating-point numbers. */
  sealed interface OfDouble extends Column permits DoubleColumn {

    /**
     * Returns a value.
     *
     * @param row the row, from 0
     * @return the value; NaN for a null
     */
    double get(int row);

    /**
     * Copies all values.
     *
     * @return a new array with a value for each row, NaN for a null
     */
    double[] toArray();

    @Override
    OfDouble slice(int from, int to);

    @Override
    OfDouble take(int[] rows);
  }

  /** A column of strings, kept as codes into a dictionary. */
  sealed interface OfString extends Column permits StringColumn {

    /**
     * Returns a value.
     *
     * @param row the row, from 0
     * @return the value, or null
     */
    @Nullable String get(int row);

    /**
     * Returns the place of a value in the dictionary: equal strings have equal codes within a
     * column.
     *
     * @param row the row, from 0
     * @return the code, from 0; -1 for a null
     */
    int code(int row);

    /**
     * Returns the strings that codes stand for.
     *
     * @return an unmodifiable list that holds each string once, and perhaps some that no row has
     */
    List<String> dictionary();

    @Override
    OfString slice(int from, int to);

    @Override
    OfString take(int[] rows);
  }

  /** A column of instants, kept as microseconds in UTC. */
  sealed interface OfInstant extends Column permits InstantColumn {

    /**
     * Returns a value.
     *
     * @param row the row, from 0
     * @return the value, or null
     */
    @Nullable Instant get(int row);

    /**
     * Returns a value as a number.
     *
     * @param row the row, from 0
     * @return microseconds since 1970-01-01T00:00:00Z
     * @throws IllegalStateException if the row is null
     */
    long micros(int row);

    /**
     * Copies all values as numbers.
     *
     * @return a new array with microseconds since 1970-01-01T00:00:00Z for each row
     * @throws IllegalStateException if there is a null
     */
    long[] toMicros();

    @Override
    OfInstant slice(int from, int to);

    @Override
    OfInstant take(int[] rows);
  }

  /** A column of vectors of one dimension. */
  sealed interface OfVector extends Column permits VectorColumn {

    /**
     * Returns a value.
     *
     * @param row the row, from 0
     * @return a new array of as many floats as the dimension says
     * @throws IllegalStateException if the row is null
     */
    float[] get(int row);

    /**
     * Returns the number of floats in each vector.
     *
     * @return the dimension, at least 1
     */
    int dimension();

    /**
     * Copies a value into an array.
     *
     * @param row the row, from 0
     * @param into an array of exactly as many floats as the dimension says
     * @throws IllegalStateException if the row is null
     * @throws IllegalArgumentException if the array has another length
     */
    void read(int row, float[] into);

    /**
     * Copies the values of consecutive rows into a buffer, one after the other, and moves its
     * position behind them.
     *
     * @param from the first row
     * @param to the row after the last one
     * @param into a buffer of any kind with room for as many floats as the rows have
     * @throws IllegalStateException if one of the rows is null
     * @throws java.nio.BufferOverflowException if the buffer has less room; nothing is copied then
     */
    void read(int from, int to, FloatBuffer into);

    @Override
    OfVector slice(int from, int to);

    @Override
    OfVector take(int[] rows);
  }

  /**
   * Makes a column of booleans, without nulls.
   *
   * @param values the values, copied
   * @return the column
   */
  static OfBoolean booleans(boolean... values) {
    requireNonNull(values, "values");
    return new BooleanColumn(BooleanColumn.pack(values), null);
  }

  /**
   * Makes a column of booleans.
   *
   * @param values a value for each row, copied; the value at a null has no meaning
   * @param present the rows that are not null
   * @return the column
   * @throws IllegalArgumentException if {@code present} names a row that is not there
   */
  static OfBoolean booleans(boolean[] values, BitSet present) {
    requireNonNull(present, "present");
    return new BooleanColumn(BooleanColumn.pack(values), Bits.of(present, values.length));
  }

  /**
   * Makes a column of whole numbers, without nulls.
   *
   * @param values the values, copied
   * @return the column
   */
  static OfLong longs(long... values) {
    requireNonNull(values, "values");
    return new LongColumn(LongValues.of(values.clone()), null);
  }

  /**
   * Makes a column of whole numbers.
   *
   * @param values a value for each row, copied; the value at a null has no meaning
   * @param present the rows that are not null
   * @return the column
   * @throws IllegalArgumentException if {@code present} names a row that is not there
   */
  static OfLong longs(long[] values, BitSet present) {
    requireNonNull(present, "present");
    return new LongColumn(LongValues.of(values.clone()), Bits.of(present, values.length));
  }

  /**
   * Makes a column of 32-bit floating-point numbers, without nulls.
   *
   * @param values the values, copied
   * @return the column
   */
  static OfFloat floats(float... values) {
    requireNonNull(values, "values");
    return new FloatColumn(FloatValues.of(values.clone()), null);
  }

  /**
   * Makes a column of 32-bit floating-point numbers.
   *
   * @param values a value for each row, copied; the value at a null has no meaning
   * @param present the rows that are not null
   * @return the column
   * @throws IllegalArgumentException if {@code present} names a row that is not there
   */
  static OfFloat floats(float[] values, BitSet present) {
    requireNonNull(present, "present");
    return new FloatColumn(FloatValues.of(values.clone()), Bits.of(present, values.length));
  }

  /**
   * Makes a column of 64-bit floating-point numbers, without nulls.
   *
   * @param values the values, copied
   * @return the column
   */
  static OfDouble doubles(double... values) {
    requireNonNull(values, "values");
    return new DoubleColumn(DoubleValues.of(values.clone()), null);
  }

  /**
   * Makes a column of 64-bit floating-point numbers.
   *
   * @param values a value for each row, copied; the value at a null has no meaning
   * @param present the rows that are not null
   * @return the column
   * @throws IllegalArgumentException if {@code present} names a row that is not there
   */
  static OfDouble doubles(double[] values, BitSet present) {
    requireNonNull(present, "present");
    return new DoubleColumn(DoubleValues.of(values.clone()), Bits.of(present, values.length));
  }

  /**
   * Makes a column of strings.
   *
   * @param values the values; null for a missing one
   * @return the column
   * @throws IllegalArgumentException if a string holds half a surrogate pair
   */
  static OfString strings(@Nullable String... values) {
    requireNonNull(values, "values");
    return strings(Arrays.asList(values));
  }

  /**
   * Makes a column of strings.
   *
   * @param values the values; null for a missing one
   * @return the column
   * @throws IllegalArgumentException if a string holds half a surrogate pair
   */
  static OfString strings(List<? extends @Nullable String> values) {
    requireNonNull(values, "values");
    return (OfString) of(DataType.STRING, values);
  }

  /**
   * Makes a column of instants, each rounded down to the microsecond.
   *
   * @param values the values; null for a missing one
   * @return the column
   * @throws IllegalArgumentException if an instant is too far away for 64 bits of microseconds
   */
  static OfInstant instants(@Nullable Instant... values) {
    requireNonNull(values, "values");
    return (OfInstant) of(DataType.INSTANT, Arrays.asList(values));
  }

  /**
   * Makes a column of instants from microseconds since 1970-01-01T00:00:00Z, without nulls.
   *
   * @param values the values, copied
   * @return the column
   */
  static OfInstant instantsOfMicros(long... values) {
    requireNonNull(values, "values");
    return new InstantColumn(LongValues.of(values.clone()), null);
  }

  /**
   * Makes a column of instants from microseconds since 1970-01-01T00:00:00Z.
   *
   * @param values a value for each row, copied; the value at a null has no meaning
   * @param present the rows that are not null
   * @return the column
   * @throws IllegalArgumentException if {@code present} names a row that is not there
   */
  static OfInstant instantsOfMicros(long[] values, BitSet present) {
    requireNonNull(present, "present");
    return new InstantColumn(LongValues.of(values.clone()), Bits.of(present, values.length));
  }

  /**
   * Makes a column of vectors, without nulls.
   *
   * @param dimension the number of floats in each vector, at least 1
   * @param rowMajor the vectors one after the other, copied
   * @return the column
   * @throws IllegalArgumentException if the floats do not fill whole rows
   */
  static OfVector vectors(int dimension, float[] rowMajor) {
    requireNonNull(rowMajor, "rowMajor");
    return new VectorColumn(dimension, FloatValues.of(rowMajor.clone()), null);
  }

  /**
   * Makes a column of vectors.
   *
   * @param dimension the number of floats in each vector, at least 1
   * @param rowMajor the vectors one after the other, copied; the value at a null has no meaning
   * @param present the rows that are not null
   * @return the column
   * @throws IllegalArgumentException if the floats do not fill whole rows, or {@code present} names
   *     a row that is not there
   */
  static OfVector vectors(int dimension, float[] rowMajor, BitSet present) {
    requireNonNull(present, "present");
    Bits bits = Bits.of(present, rowMajor.length / DataType.vector(dimension).dimension());
    return new VectorColumn(dimension, FloatValues.of(rowMajor.clone()), bits);
  }

  /**
   * Makes a column from objects.
   *
   * @param type the column's type
   * @param values for each row null or what the type needs: Boolean; Long, Integer, Short or Byte
   *     for {@code INT64}; Float for {@code FLOAT32}; Double, Float, Integer, Short, Byte or a Long
   *     of at most 53 bits for {@code FLOAT64}; String; Instant, which is rounded down to the
   *     microsecond; float[] of the right length
   * @return the column
   * @throws IllegalArgumentException if a value does not fit the type
   */
  static Column of(DataType type, List<? extends @Nullable Object> values) {
    requireNonNull(type, "type");
    requireNonNull(values, "values");
    ColumnBuilder builder = ColumnBuilder.of(type);
    builder.reserve(values.size());
    for (Object value : values) {
      builder.add(value);
    }
    return builder.build();
  }
}
