package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table of typed columns, each with a name.
 *
 * <p>Immutable and safe for use by many threads; every method that changes something returns
 * another dataset, which shares the columns it left alone. Rows count from 0. Methods that take a
 * column's name throw {@link NotFoundException} if there is none with that name.
 */
public final class Dataset implements Iterable<Row> {

  private final Schema schema;
  private final List<Column> columns;
  private final int rowCount;

  private Dataset(Schema schema, List<Column> columns) {
    this.schema = schema;
    this.columns = Elements.copy(columns, "columns");
    this.rowCount = columns.isEmpty() ? 0 : columns.get(0).size();
    if (this.columns.size() != schema.fields().size()) {
      throw new IllegalArgumentException(
          Plural.of(schema.fields().size(), "field")
              + " need as many columns: "
              + this.columns.size());
    }
    for (int i = 0; i < this.columns.size(); i++) {
      check(schema.fields().get(i), this.columns.get(i));
    }
  }

  private void check(Field field, Column column) {
    if (!column.dataType().equals(field.dataType())) {
      throw new IllegalArgumentException(
          "field '"
              + field.name()
              + "' is "
              + field.dataType()
              + " but its column is "
              + column.dataType());
    }
    if (column.size() != rowCount) {
      throw new IllegalArgumentException(
          "column '"
              + field.name()
              + "' has "
              + Plural.of(column.size(), "row")
              + " but the first one has "
              + rowCount);
    }
    if (!field.nullable() && column.nullCount() > 0) {
      throw new IllegalArgumentException(
          "field '"
              + field.name()
              + "' is not nullable but "
              + column.nullCount()
              + " of its values are null");
    }
  }

  /**
   * Makes a dataset of columns.
   *
   * @param schema the fields
   * @param columns a column for each field, all of the same size
   * @return the dataset
   * @throws IllegalArgumentException if the columns do not fit the fields
   */
  public static Dataset of(Schema schema, List<Column> columns) {
    requireNonNull(schema, "schema");
    requireNonNull(columns, "columns");
    return new Dataset(schema, columns);
  }

  /**
   * Makes a dataset of records, a column for each component.
   *
   * <p>{@code int} and {@code long} become {@code INT64}, {@code float} {@code FLOAT32}, {@code
   * double} {@code FLOAT64}, {@code boolean} {@code BOOLEAN}, {@code String} and enums {@code
   * STRING}, {@code Instant} {@code INSTANT}, {@code float[]} {@code VECTOR}. Boxed numbers and
   * booleans, {@code Optional}s and components annotated {@code @Nullable} are nullable.
   *
   * @param type the records' class
   * @param records the rows; the list may be empty unless a component is a vector, whose dimension
   *     is the first one's
   * @param <R> the records' class
   * @return the dataset
   * @throws IllegalArgumentException if a component has another type, or a value does not fit its
   *     column
   */
  public static <R extends Record> Dataset of(Class<R> type, List<R> records) {
    requireNonNull(type, "type");
    List<R> all = Elements.copy(records, "records");
    return RecordMapping.of(type).write(all);
  }

  /**
   * Makes a dataset of records, as {@link #of(Class, List)} does.
   *
   * @param records the rows, at least one
   * @param <R> the records' class
   * @return the dataset
   * @throws IllegalArgumentException if there is no record, a component has an unknown type, or a
   *     value does not fit
   */
  @SuppressWarnings("unchecked") // the class of an R is a Class<R>: records are final
  public static <R extends Record> Dataset of(List<R> records) {
    List<R> all = Elements.copy(records, "records");
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "no record tells the columns; use Dataset.of(Class, List) for an empty list");
    }
    return of((Class<R>) all.get(0).getClass(), all);
  }

  /**
   * Starts a dataset that is filled row by row.
   *
   * @param schema the fields
   * @return an empty builder
   */
  public static Builder builder(Schema schema) {
    requireNonNull(schema, "schema");
    return new Builder(schema);
  }

  /**
   * Returns a dataset without rows.
   *
   * @param schema the fields
   * @return the dataset
   */
  public static Dataset empty(Schema schema) {
    requireNonNull(schema, "schema");
    return builder(schema).build();
  }

  /**
   * Joins the rows of datasets, those of the first before those of the second and so on.
   *
   * @param parts at least one; all with the same names and types in the same order
   * @return a dataset of all rows in order; a field is nullable if it is in one of the parts
   * @throws IllegalArgumentException if there is no part, or the names or types differ
   */
  public static Dataset concat(List<Dataset> parts) {
    List<Dataset> all = Elements.copy(parts, "parts");
    if (all.isEmpty()) {
      throw new IllegalArgumentException("nothing to concatenate; use Dataset.empty(schema)");
    }
    return all.size() == 1 ? all.get(0) : Concatenation.of(all);
  }

  /**
   * Returns the fields.
   *
   * @return the schema
   */
  public Schema schema() {
    return schema;
  }

  /**
   * Returns the number of rows.
   *
   * @return the number of rows
   */
  public int rowCount() {
    return rowCount;
  }

  /**
   * Returns a column.
   *
   * @param name its name
   * @return the column
   */
  public Column column(String name) {
    return columns.get(schema.indexOf(name));
  }

  /**
   * Returns a column of booleans.
   *
   * @param name the name of a {@code BOOLEAN} column
   * @return the column
   * @throws IllegalArgumentException if it is of another type
   */
  public Column.OfBoolean booleans(String name) {
    return typed(name, Column.OfBoolean.class, "BOOLEAN");
  }

  /**
   * Returns a column of whole numbers.
   *
   * @param name the name of an {@code INT64} column
   * @return the column
   * @throws IllegalArgumentException if it is of another type
   */
  public Column.OfLong longs(String name) {
    return typed(name, Column.OfLong.class, "INT64");
  }

  /**
   * Returns a column of 32-bit numbers.
   *
   * @param name the name of a {@code FLOAT32} column
   * @return the column
   * @throws IllegalArgumentException if it is of another type
   */
  public Column.OfFloat floats(String name) {
    return typed(name, Column.OfFloat.class, "FLOAT32");
  }

  /**
   * Returns a column of numbers.
   *
   * @param name the name of a {@code FLOAT64} column; an {@code INT64} or {@code FLOAT32} column is
   *     copied and widened
   * @return the column; an {@code INT64} of more than 53 bits becomes the nearest double
   * @throws IllegalArgumentException if it is of another type
   */
  public Column.OfDouble doubles(String name) {
    Column column = column(name);
    if (column instanceof LongColumn || column instanceof FloatColumn) {
      return DoubleColumn.widened(BufferColumn.of(column));
    }
    return typed(name, Column.OfDouble.class, "a number");
  }

  /**
   * Returns a column of strings.
   *
   * @param name the name of a {@code STRING} column
   * @return the column
   * @throws IllegalArgumentException if it is of another type
   */
  public Column.OfString strings(String name) {
    return typed(name, Column.OfString.class, "STRING");
  }

  /**
   * Returns a column of instants.
   *
   * @param name the name of an {@code INSTANT} column
   * @return the column
   * @throws IllegalArgumentException if it is of another type
   */
  public Column.OfInstant instants(String name) {
    return typed(name, Column.OfInstant.class, "INSTANT");
  }

  /**
   * Returns a column of vectors.
   *
   * @param name the name of a {@code VECTOR} column
   * @return the column
   * @throws IllegalArgumentException if it is of another type
   */
  public Column.OfVector vectors(String name) {
    return typed(name, Column.OfVector.class, "VECTOR");
  }

  private <C extends Column> C typed(String name, Class<C> type, String wanted) {
    Column column = column(name);
    if (!type.isInstance(column)) {
      throw wrongType(name, wanted);
    }
    return type.cast(column);
  }

  IllegalArgumentException wrongType(String name, String wanted) {
    DataType type = schema.get(name).dataType();
    String way =
        switch (type.kind()) {
          case BOOLEAN -> "booleans or getBoolean";
          case INT64 -> "longs or getLong";
          case FLOAT32 -> "floats or getFloat";
          case FLOAT64 -> "doubles or getDouble";
          case STRING -> "strings or getString";
          case INSTANT -> "instants or getInstant";
          case VECTOR -> "vectors or getVector";
        };
    return new IllegalArgumentException(
        "column '" + name + "' is " + type + ", not " + wanted + "; use " + way);
  }

  /**
   * Returns a row.
   *
   * @param row its place
   * @return a view of the row
   * @throws IndexOutOfBoundsException if there is no such row
   */
  @CanIgnoreReturnValue
  public Row row(int row) {
    if (row < 0 || row >= rowCount) {
      throw new IndexOutOfBoundsException("no row " + row + "; there are " + rowCount);
    }
    return new Row(this, row);
  }

  /**
   * Returns some columns.
   *
   * @param names the columns to keep, in the order wanted
   * @return a dataset of these columns
   * @throws IllegalArgumentException if a name occurs twice
   */
  public Dataset select(String... names) {
    requireNonNull(names, "names");
    return new Dataset(schema.select(names), Arrays.stream(names).map(this::column).toList());
  }

  /**
   * Returns all but some columns.
   *
   * @param names the columns to leave out
   * @return a dataset of the other columns
   */
  public Dataset without(String... names) {
    requireNonNull(names, "names");
    Set<Integer> gone = Arrays.stream(names).map(schema::indexOf).collect(Collectors.toSet());
    return select(
        IntStream.range(0, schema.names().size())
            .filter(i -> !gone.contains(i))
            .mapToObj(schema.names()::get)
            .toArray(String[]::new));
  }

  /**
   * Adds a column at the end, or replaces the column of that name in its place. Its field is
   * nullable if the column has nulls.
   *
   * @param name the column's name
   * @param column as many values as there are rows
   * @return a dataset with the column
   * @throws IllegalArgumentException if the column has another number of rows
   */
  public Dataset withColumn(String name, Column column) {
    requireNonNull(column, "column");
    List<Field> fields = new ArrayList<>(schema.fields());
    List<Column> all = new ArrayList<>(columns);
    Field field = new Field(name, column.dataType(), column.nullCount() > 0);
    if (schema.contains(name)) {
      fields.set(schema.indexOf(name), field);
      all.set(schema.indexOf(name), column);
    } else {
      fields.add(field);
      all.add(column);
    }
    return new Dataset(Schema.of(fields), all);
  }

  /**
   * Gives a column another name.
   *
   * @param from the present name
   * @param to the new name
   * @return a dataset with the new name
   * @throws IllegalArgumentException if another column has that name
   */
  public Dataset rename(String from, String to) {
    requireNonNull(to, "to");
    List<Field> fields = new ArrayList<>(schema.fields());
    Field field = schema.get(from);
    fields.set(schema.indexOf(from), new Field(to, field.dataType(), field.nullable()));
    return new Dataset(Schema.of(fields), columns);
  }

  /**
   * Returns the rows that pass a test.
   *
   * @param test true for the rows to keep
   * @return a dataset of these rows, in order
   */
  public Dataset where(Predicate<Row> test) {
    requireNonNull(test, "test");
    BitSet mask = new BitSet(rowCount);
    for (int row = 0; row < rowCount; row++) {
      mask.set(row, test.test(new Row(this, row)));
    }
    return where(mask);
  }

  /**
   * Returns the rows whose bit is set.
   *
   * @param mask the rows to keep
   * @return a dataset of these rows, in order
   * @throws IndexOutOfBoundsException if a bit is set after the last row
   */
  public Dataset where(BitSet mask) {
    requireNonNull(mask, "mask");
    return mask.cardinality() == rowCount && mask.length() == rowCount
        ? this
        : take(mask.stream().toArray());
  }

  /**
   * Returns chosen rows in a chosen order.
   *
   * @param rows the rows; one may occur more than once
   * @return a dataset with a row for each element of {@code rows}
   * @throws IndexOutOfBoundsException if a row is not there
   */
  public Dataset take(int[] rows) {
    requireNonNull(rows, "rows");
    return new Dataset(schema, columns.stream().map(column -> column.take(rows)).toList());
  }

  /**
   * Returns a range of consecutive rows; nothing is copied.
   *
   * @param from the first row
   * @param to the row after the last one
   * @return a dataset of these rows
   * @throws IndexOutOfBoundsException if the rows are not there
   */
  public Dataset slice(int from, int to) {
    return new Dataset(schema, columns.stream().map(column -> column.slice(from, to)).toList());
  }

  /**
   * Returns the first rows.
   *
   * @param n how many at most
   * @return a dataset of the first {@code n} rows, or of all if there are fewer
   * @throws IllegalArgumentException if {@code n} is negative
   */
  public Dataset head(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("head needs at least 0 rows: " + n);
    }
    return slice(0, Math.min(n, rowCount));
  }

  /**
   * Returns the rows in ascending order of a column. Rows of equal value keep their order; NaN
   * comes after all other numbers, nulls come last; strings go by {@link String#compareTo}.
   *
   * @param column the column to sort by, not a vector
   * @return a dataset of the same rows
   * @throws IllegalArgumentException if the column holds vectors
   */
  public Dataset sortBy(String column) {
    return take(SortOrder.of(column, column(column)));
  }

  /**
   * Makes a record of each row; the opposite of {@link #of(Class, List)}. Columns that no component
   * names are left out.
   *
   * @param type the records' class
   * @param <R> the records' class
   * @return an unmodifiable list of a record for each row, in order
   * @throws InvalidInputException if the columns do not fit the components, or a value does not;
   *     the message says all that is wrong with the columns
   */
  public <R extends Record> List<R> toRecords(Class<R> type) {
    requireNonNull(type, "type");
    return RecordMapping.of(type).read(this);
  }

  /**
   * Returns the name of this dataset's content: the schema, the order of the rows and every value.
   * It does not depend on how the dataset came to be or how it is laid out.
   *
   * @return the digest
   */
  public Digest digest() {
    return DatasetDigest.of(this);
  }

  /** Returns the rows from the first to the last. */
  @Override
  public Iterator<Row> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < rowCount;
      }

      @Override
      public Row next() {
        if (next >= rowCount) {
          throw new NoSuchElementException("the dataset has " + Plural.of(rowCount, "row"));
        }
        return new Row(Dataset.this, next++);
      }
    };
  }

  /** Returns the shape and the first rows as a table. */
  @Override
  public String toString() {
    return TextTable.show(this);
  }

  /** Fills a dataset row by row. Used by one thread. */
  public static final class Builder {

    private final Schema schema;
    private final List<ColumnBuilder> columns;
    private int rows;

    private Builder(Schema schema) {
      this.schema = schema;
      this.columns =
          schema.fields().stream().map(field -> ColumnBuilder.of(field.dataType())).toList();
    }

    /**
     * Adds a row.
     *
     * @param values a value for each field, as {@link Column#of} takes them
     * @return this builder
     * @throws IllegalArgumentException if there are more or fewer values than fields, or one does
     *     not fit its field; the row is not added then
     */
    @CanIgnoreReturnValue
    public Builder row(@Nullable Object... values) {
      requireNonNull(values, "values");
      if (values.length != columns.size()) {
        throw new IllegalArgumentException(
            "row "
                + rows
                + " has "
                + Plural.of(values.length, "value")
                + " for "
                + Plural.of(columns.size(), "field")
                + " "
                + schema.names());
      }
      try {
        for (int i = 0; i < values.length; i++) {
          add(i, values[i]);
        }
      } catch (IllegalArgumentException e) {
        columns.forEach(column -> column.truncate(rows));
        throw e;
      }
      rows++;
      return this;
    }

    private void add(int i, @Nullable Object value) {
      Field field = schema.fields().get(i);
      if (value == null && !field.nullable()) {
        throw new IllegalArgumentException(
            "row " + rows + ": field '" + field.name() + "' is not nullable");
      }
      try {
        columns.get(i).add(value);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "row " + rows + ": field '" + field.name() + "': " + e.getMessage(), e);
      }
    }

    /**
     * Makes the dataset. The builder is of no use afterwards.
     *
     * @return a dataset of all rows added
     */
    public Dataset build() {
      return new Dataset(schema, columns.stream().map(ColumnBuilder::build).toList());
    }
  }
}
