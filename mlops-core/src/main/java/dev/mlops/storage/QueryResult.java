package dev.mlops.storage;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Turns the result of a query into a dataset. */
final class QueryResult {
  private QueryResult() {}

  static Dataset read(ResultSet rows) throws SQLException {
    ResultSetMetaData meta = rows.getMetaData();
    List<QueryColumn> columns = new ArrayList<>();
    for (int index = 1; index <= meta.getColumnCount(); index++) {
      columns.add(QueryColumn.of(meta, index));
    }
    while (rows.next()) {
      for (int i = 0; i < columns.size(); i++) {
        columns.get(i).add(rows, i + 1);
      }
    }
    return dataset(meta, columns);
  }

  private static Dataset dataset(ResultSetMetaData meta, List<QueryColumn> columns)
      throws SQLException {
    List<Field> fields = new ArrayList<>();
    List<Column> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Field field = Field.of(name(meta.getColumnLabel(i + 1)), columns.get(i).type());
      Column column = columns.get(i).build();
      // H2 says of a column from the far side of an outer join what its table says.
      boolean required =
          meta.isNullable(i + 1) == ResultSetMetaData.columnNoNulls && column.nullCount() == 0;
      fields.add(required ? field : field.orNull());
      values.add(column);
    }
    return Dataset.of(Schema.of(fields), values);
  }

  // H2 shows unquoted names in upper case unless it is told otherwise, PostgreSQL in lower case.
  private static String name(String label) {
    return label.equals(label.toUpperCase(Locale.ROOT)) ? label.toLowerCase(Locale.ROOT) : label;
  }
}
