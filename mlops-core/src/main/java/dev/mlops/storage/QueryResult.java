package dev.mlops.storage;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns rows of a query's result into a dataset. */
final class QueryResult {
  private final ResultSet rows;
  private final ResultSetMetaData meta;
  private final List<QueryColumn> columns = new ArrayList<>();
  private long row;

  /** Collects rows, of which the first is such a one of the whole result, counted from 0. */
  QueryResult(ResultSet rows, @Nullable ZoneId zone, long firstRow) throws SQLException {
    this.rows = rows;
    this.meta = rows.getMetaData();
    this.row = firstRow;
    for (int index = 1; index <= meta.getColumnCount(); index++) {
      columns.add(QueryColumn.of(meta, index, zone));
    }
  }

  static Dataset read(ResultSet rows, @Nullable ZoneId zone) throws SQLException {
    QueryResult result = new QueryResult(rows, zone, 0);
    while (rows.next()) {
      result.addRow();
    }
    return result.build(result.foundSchema());
  }

  /** Adds the row at which the result stands. */
  void addRow() throws SQLException {
    for (int i = 0; i < columns.size(); i++) {
      add(i + 1, columns.get(i));
    }
    row++;
  }

  private void add(int index, QueryColumn column) throws SQLException {
    try {
      column.add(rows, index);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "column '"
              + name(meta.getColumnLabel(index))
              + "', row "
              + row
              + " of the result: "
              + e.getMessage(),
          e);
    }
  }

  Dataset build(Schema schema) {
    return Dataset.of(schema, columns.stream().map(QueryColumn::build).toList());
  }

  /**
   * The columns of a query whose rows are not known yet. All are nullable: drivers say what the
   * table forbids, even where an outer join brings nulls.
   */
  static Schema schema(ResultSetMetaData meta, @Nullable ZoneId zone) throws SQLException {
    List<Field> fields = new ArrayList<>();
    for (int index = 1; index <= meta.getColumnCount(); index++) {
      DataType type = QueryColumn.of(meta, index, zone).type();
      fields.add(Field.of(name(meta.getColumnLabel(index)), type).orNull());
    }
    return Schema.of(fields);
  }

  private Schema foundSchema() throws SQLException {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Field field = Field.of(name(meta.getColumnLabel(i + 1)), columns.get(i).type());
      // Drivers say what the table forbids, even where an outer join has brought nulls.
      boolean required =
          meta.isNullable(i + 1) == ResultSetMetaData.columnNoNulls && !columns.get(i).hasNulls();
      fields.add(required ? field : field.orNull());
    }
    return Schema.of(fields);
  }

  // H2 shows unquoted names in upper case unless it is told otherwise, PostgreSQL in lower case.
  private static String name(String label) {
    return label.equals(label.toUpperCase(Locale.ROOT)) ? label.toLowerCase(Locale.ROOT) : label;
  }
}
