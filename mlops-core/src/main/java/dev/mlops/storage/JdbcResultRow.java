package dev.mlops.storage;

import dev.mlops.error.StorageException;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The present row of a JDBC result set. */
final class JdbcResultRow implements ResultRow {
  private final ResultSet rows;

  JdbcResultRow(ResultSet rows) {
    this.rows = rows;
  }

  @Override
  public @Nullable String textOrNull(String column) {
    return read(column, () -> rows.getString(column));
  }

  @Override
  public long number(String column) {
    try {
      long value = rows.getLong(column);
      refuseNull(column);
      return value;
    } catch (SQLException e) {
      throw unreadable(column, e);
    }
  }

  @Override
  public @Nullable Long numberOrNull(String column) {
    return read(column, () -> nullable(rows.getLong(column)));
  }

  @Override
  public double real(String column) {
    try {
      double value = rows.getDouble(column);
      refuseNull(column);
      return value;
    } catch (SQLException e) {
      throw unreadable(column, e);
    }
  }

  @Override
  public @Nullable Double realOrNull(String column) {
    return read(column, () -> nullable(rows.getDouble(column)));
  }

  @Override
  public boolean flag(String column) {
    try {
      boolean value = rows.getBoolean(column);
      refuseNull(column);
      return value;
    } catch (SQLException e) {
      throw unreadable(column, e);
    }
  }

  @Override
  public @Nullable Boolean flagOrNull(String column) {
    return read(column, () -> nullable(rows.getBoolean(column)));
  }

  @Override
  public byte[] bytes(String column) {
    try {
      byte[] value = rows.getBytes(column);
      refuseNull(column);
      return value;
    } catch (SQLException e) {
      throw unreadable(column, e);
    }
  }

  private void refuseNull(String column) throws SQLException {
    if (rows.wasNull()) {
      throw new IllegalStateException(
          "column '" + column + "' is null; read it by its ...OrNull method");
    }
  }

  private <T> @Nullable T nullable(T value) throws SQLException {
    return rows.wasNull() ? null : value;
  }

  private static <T> @Nullable T read(String column, SqlRead<T> read) {
    try {
      return read.get();
    } catch (SQLException e) {
      throw unreadable(column, e);
    }
  }

  private static StorageException unreadable(String column, SQLException cause) {
    return new StorageException(
        "cannot read column '" + column + "': " + SqlFailure.reading(cause), cause);
  }

  private interface SqlRead<T> {
    @Nullable T get() throws SQLException;
  }

  @Override
  public String toString() {
    return "row of a query";
  }
}
