package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.NotFoundException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A view of one row of a dataset; it copies nothing and costs next to nothing. Immutable and safe
 * for use by many threads. Each accessor throws {@link NotFoundException} for a column that does
 * not exist. A null is NaN to {@link #getDouble} and {@link #getFloat}, null to {@link #value}, and
 * refused by the others.
 */
public final class Row {

  private final Dataset dataset;
  private final int index;

  Row(Dataset dataset, int index) {
    this.dataset = dataset;
    this.index = index;
  }

  /**
   * Makes a row of its own.
   *
   * @param schema the fields
   * @param values a value for each field, as {@link Column#of} takes them
   * @return the row
   * @throws IllegalArgumentException if the values do not fit the fields
   */
  public static Row of(Schema schema, @Nullable Object... values) {
    requireNonNull(schema, "schema");
    requireNonNull(values, "values");
    return Dataset.builder(schema).row(values).build().row(0);
  }

  /**
   * Returns the fields.
   *
   * @return the dataset's schema
   */
  public Schema schema() {
    return dataset.schema();
  }

  /**
   * Returns the place of this row in its dataset.
   *
   * @return the index, from 0
   */
  public int index() {
    return index;
  }

  /**
   * Tells whether a value is missing.
   *
   * @param name the column's name
   * @return true if it is null
   */
  public boolean isNull(String name) {
    return dataset.column(name).isNull(index);
  }

  /**
   * Returns a boolean.
   *
   * @param name the name of a {@code BOOLEAN} column
   * @return the value
   * @throws IllegalArgumentException if the column is of another type
   * @throws IllegalStateException if the value is null
   */
  public boolean getBoolean(String name) {
    Column column = dataset.column(name);
    if (column instanceof Column.OfBoolean booleans) {
      return booleans.get(present(name, column));
    }
    throw dataset.wrongType(name, "BOOLEAN");
  }

  /**
   * Returns a whole number.
   *
   * @param name the name of an {@code INT64} column
   * @return the value
   * @throws IllegalArgumentException if the column is of another type
   * @throws IllegalStateException if the value is null
   */
  public long getLong(String name) {
    Column column = dataset.column(name);
    if (column instanceof Column.OfLong longs) {
      return longs.get(present(name, column));
    }
    throw dataset.wrongType(name, "INT64");
  }

  /**
   * Returns a number.
   *
   * @param name the name of a {@code FLOAT64}, {@code FLOAT32} or {@code INT64} column
   * @return the value, the nearest one where an {@code INT64} has more than 53 bits; NaN for a null
   * @throws IllegalArgumentException if the column is of another type
   */
  public double getDouble(String name) {
    Column column = dataset.column(name);
    if (column instanceof Column.OfDouble doubles) {
      return doubles.get(index);
    }
    if (column instanceof Column.OfLong longs) {
      return longs.isNull(index) ? Double.NaN : longs.get(index);
    }
    if (column instanceof Column.OfFloat floats) {
      return floats.get(index);
    }
    throw dataset.wrongType(name, "a number");
  }

  /**
   * Returns a 32-bit number.
   *
   * @param name the name of a {@code FLOAT32} column
   * @return the value; NaN for a null
   * @throws IllegalArgumentException if the column is of another type
   */
  public float getFloat(String name) {
    if (dataset.column(name) instanceof Column.OfFloat floats) {
      return floats.get(index);
    }
    throw dataset.wrongType(name, "FLOAT32");
  }

  /**
   * Returns a string.
   *
   * @param name the name of a {@code STRING} column
   * @return the value
   * @throws IllegalArgumentException if the column is of another type
   * @throws IllegalStateException if the value is null
   */
  public String getString(String name) {
    if (dataset.column(name) instanceof Column.OfString strings) {
      return nonNull(name, strings.get(index));
    }
    throw dataset.wrongType(name, "STRING");
  }

  /**
   * Returns an instant.
   *
   * @param name the name of an {@code INSTANT} column
   * @return the value
   * @throws IllegalArgumentException if the column is of another type
   * @throws IllegalStateException if the value is null
   */
  public Instant getInstant(String name) {
    if (dataset.column(name) instanceof Column.OfInstant instants) {
      return nonNull(name, instants.get(index));
    }
    throw dataset.wrongType(name, "INSTANT");
  }

  /**
   * Returns a vector.
   *
   * @param name the name of a {@code VECTOR} column
   * @return a new array
   * @throws IllegalArgumentException if the column is of another type
   * @throws IllegalStateException if the value is null
   */
  public float[] getVector(String name) {
    Column column = dataset.column(name);
    if (column instanceof Column.OfVector vectors) {
      return vectors.get(present(name, column));
    }
    throw dataset.wrongType(name, "VECTOR");
  }

  /**
   * Returns a value as an object.
   *
   * @param name the column's name
   * @return a Boolean, Long, Float, Double, String, Instant or float[], as the type says; null if
   *     missing
   */
  public @Nullable Object value(String name) {
    return dataset.column(name).value(index);
  }

  /**
   * Returns all values.
   *
   * @return an unmodifiable map from name to value, in the schema's order; missing values are null
   */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (String name : schema().names()) {
      map.put(name, value(name));
    }
    return Collections.unmodifiableMap(map);
  }

  private int present(String name, Column column) {
    if (column.isNull(index)) {
      throw missing(name);
    }
    return index;
  }

  private <T> T nonNull(String name, @Nullable T value) {
    if (value == null) {
      throw missing(name);
    }
    return value;
  }

  private IllegalStateException missing(String name) {
    return new IllegalStateException(
        "column '" + name + "' is null in row " + index + "; ask isNull(\"" + name + "\") first");
  }

  /** Returns names and values: {@code {carrier=AA, delay=7}}. */
  @Override
  public String toString() {
    return TextTable.line(this);
  }
}
