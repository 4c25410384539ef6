package dev.mlops.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session over one connection; it dooms itself at the first failed statement, so that H2 behaves
 * as PostgreSQL must.
 */
final class JdbcSession implements Session {
  private static final int FETCH = 1_000;
  private static final String[] KEY = {"id"};

  private final Connection connection;
  private final boolean readOnly;
  private long idle;
  private boolean limited;
  private boolean failed;
  private boolean closed;

  /**
   * Opens a session.
   *
   * @param idle after which PostgreSQL ends a transaction that has changed or locked a row
   */
  JdbcSession(Connection connection, boolean readOnly, Duration idle) {
    this.connection = connection;
    this.readOnly = readOnly;
    this.idle = idle.toMillis();
  }

  @Override
  public int update(String sql, @Nullable Object... arguments) {
    return change(
        sql,
        () -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Arguments.bind(statement, arguments);
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public long insert(String sql, @Nullable Object... arguments) {
    return change(
        sql,
        () -> {
          try (PreparedStatement statement = connection.prepareStatement(sql, KEY)) {
            Arguments.bind(statement, arguments);
            statement.executeUpdate();
            return generatedKey(statement);
          }
        });
  }

  private static long generatedKey(PreparedStatement statement) throws SQLException {
    try (ResultSet keys = statement.getGeneratedKeys()) {
      if (!keys.next()) {
        throw new SQLException("no row was inserted, so there is no key");
      }
      return keys.getLong(1);
    }
  }

  @Override
  public List<Long> insertAll(String sql, List<@Nullable Object[]> rows) {
    Objects.requireNonNull(sql, "sql");
    Objects.requireNonNull(rows, "rows");
    if (rows.isEmpty()) {
      return List.of();
    }
    return change(
        sql,
        () -> {
          try (PreparedStatement statement = connection.prepareStatement(sql, KEY)) {
            execute(statement, rows);
            return generatedKeys(statement, rows.size());
          }
        });
  }

  private static List<Long> generatedKeys(PreparedStatement statement, int rows)
      throws SQLException {
    List<Long> found = new ArrayList<>(rows);
    try (ResultSet keys = statement.getGeneratedKeys()) {
      while (keys.next()) {
        found.add(keys.getLong(1));
      }
    }
    if (found.size() != rows) {
      throw new SQLException(
          Plural.of(rows, "row was", "rows were")
              + " inserted, with "
              + Plural.of(found.size(), "key"));
    }
    return Collections.unmodifiableList(found);
  }

  @Override
  public void batch(String sql, List<@Nullable Object[]> rows) {
    Objects.requireNonNull(sql, "sql");
    Objects.requireNonNull(rows, "rows");
    if (rows.isEmpty()) {
      return;
    }
    change(
        sql,
        () -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return execute(statement, rows);
          }
        });
  }

  @CanIgnoreReturnValue
  private static int[] execute(PreparedStatement statement, List<@Nullable Object[]> rows)
      throws SQLException {
    for (@Nullable Object[] row : rows) {
      Arguments.bind(statement, row);
      statement.addBatch();
    }
    return statement.executeBatch();
  }

  @Override
  public <T> List<T> list(
      String sql, Function<ResultRow, T> reader, @Nullable Object... arguments) {
    List<T> values = new ArrayList<>();
    each(sql, row -> values.add(reader.apply(row)), arguments);
    return Collections.unmodifiableList(values);
  }

  @Override
  public <T> Optional<T> first(
      String sql, Function<ResultRow, T> reader, @Nullable Object... arguments) {
    return scan(
        sql,
        rows -> rows.next() ? Optional.of(reader.apply(new JdbcResultRow(rows))) : Optional.empty(),
        arguments);
  }

  @Override
  public <T> Optional<T> lock(
      Duration shorter, String sql, Function<ResultRow, T> reader, @Nullable Object... arguments) {
    if (readOnly) {
      throw onlyReads();
    }
    idle = Math.min(idle, shorter.toMillis());
    if (idle < 1) {
      throw new IllegalArgumentException(
          "the limit of an idle transaction must be at least a millisecond: "
              + Exactly.duration(shorter));
    }
    Optional<T> found = first(locking(sql), reader, arguments);
    limited = found.isPresent();
    return found;
  }

  /**
   * The limit comes with the row, so that it costs no statement of its own; without a row it is not
   * set.
   */
  private String locking(String sql) {
    String locked = sql + " FOR UPDATE";
    return isPostgres()
        ? "SELECT locked.*, set_config('idle_in_transaction_session_timeout', '"
            + idle
            + "', true) FROM ("
            + locked
            + ") locked"
        : locked;
  }

  private boolean isPostgres() {
    try {
      return JdbcProduct.isPostgres(connection);
    } catch (SQLException e) {
      throw SqlFailure.of("asking which database it is", e);
    }
  }

  @Override
  public void each(String sql, Consumer<ResultRow> reader, @Nullable Object... arguments) {
    scan(
        sql,
        rows -> {
          ResultRow row = new JdbcResultRow(rows);
          while (rows.next()) {
            reader.accept(row);
          }
          return true;
        },
        arguments);
  }

  @Override
  public Dataset query(String sql, @Nullable Object... arguments) {
    return scan(sql, rows -> QueryResult.read(rows, null), arguments);
  }

  @Override
  public Dataset query(ZoneId zone, String sql, @Nullable Object... arguments) {
    Objects.requireNonNull(zone, "zone");
    return scan(sql, rows -> QueryResult.read(rows, zone), arguments);
  }

  @CanIgnoreReturnValue
  private <T> T scan(String sql, ResultReader<T> reader, @Nullable Object... arguments) {
    return run(
        sql,
        () -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            Arguments.bind(statement, arguments);
            statement.setFetchSize(FETCH);
            try (ResultSet rows = statement.executeQuery()) {
              return reader.read(rows);
            }
          }
        });
  }

  boolean failed() {
    return failed;
  }

  void close() {
    closed = true;
  }

  @CanIgnoreReturnValue
  private <T> T change(String sql, SqlWork<T> work) {
    if (readOnly) {
      throw onlyReads();
    }
    return run(
        sql,
        () -> {
          limit();
          return work.run();
        });
  }

  /** What is changed is locked too, so the first change needs the limit before it. */
  private void limit() throws SQLException {
    if (limited) {
      return;
    }
    if (JdbcProduct.isPostgres(connection)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET LOCAL idle_in_transaction_session_timeout = " + idle);
      }
    }
    limited = true;
  }

  private static IllegalStateException onlyReads() {
    return new IllegalStateException("read() only reads; use transaction() to change rows");
  }

  private <T> T run(String sql, SqlWork<T> work) {
    Objects.requireNonNull(sql, "sql");
    refuseUnlessOpen();
    try {
      return work.run();
    } catch (SQLException e) {
      failed = true;
      throw SqlFailure.of("'" + sql + "'", e);
    }
  }

  private void refuseUnlessOpen() {
    if (closed) {
      throw new IllegalStateException("the session is closed; use it only inside its callback");
    }
    if (failed) {
      throw new IllegalStateException(
          "an earlier statement of this transaction failed; leave the callback");
    }
  }

  private interface SqlWork<T> {
    T run() throws SQLException;
  }

  private interface ResultReader<T> {
    T read(ResultSet rows) throws SQLException;
  }

  @Override
  public String toString() {
    return (readOnly ? "session that reads" : "session that writes") + (closed ? ", closed" : "");
  }
}
