package dev.mlops.storage;

import dev.mlops.data.Column;
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

/** Turns the result of a query into a dataset. */
final class QueryResult {
  private QueryResult() {}

  static Dataset read(ResultSet rows, @Nullable ZoneId zone) throws SQLException {
    ResultSetMetaData meta = rows.getMetaData();
    List<QueryColumn> columns = new ArrayList<>();
    for (int index = 1; index <= meta.getColumnCount(); index++) {
      columns.add(QueryColumn.of(meta, index, zone));
    }
    for (long row = 0; rows.next(); row++) {
      for (int i = 0; i < columns.size(); i++) {
        add(rows, row, i + 1, columns.get(i));
      }
    }
    return dataset(meta, columns);
  }

  private static void add(ResultSet rows, long row, int index, QueryColumn column)
      throws SQLException {
    try {
      column.add(rows, index);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "column '"
              + name(rows.getMetaData().getColumnLabel(index))
              + "', row "
              + row
              + " of the result: "
              + e.getMessage(),
          e);
    }
  }

  private static Dataset dataset(ResultSetMetaData meta, List<QueryColumn> columns)
      throws SQLException {
    List<Field> fields = new ArrayList<>();
    List<Column> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Field field = Field.of(name(meta.getColumnLabel(i + 1)), columns.get(i).type());
      // Drivers say what the table forbids, even where an outer join has brought nulls.
      boolean required =
          meta.isNullable(i + 1) == ResultSetMetaData.columnNoNulls && !columns.get(i).hasNulls();
      fields.add(required ? field : field.orNull());
      values.add(columns.get(i).build());
    }
    return Dataset.of(Schema.of(fields), values);
  }

  // H2 shows unquoted names in upper case unless it is told otherwise, PostgreSQL in lower case.
  private static String name(String label) {
    return label.equals(label.toUpperCase(Locale.ROOT)) ? label.toLowerCase(Locale.ROOT) : label;
  }
}
