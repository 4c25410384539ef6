package dev.mlops.storage;

import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.InvalidInputException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * A session over one Jdbi handle; it dooms itself at the first failure, so that H2 behaves as
 * PostgreSQL must.
 */
final class JdbiSession implements Session {
  private static final int FETCH = 1_000;

  private enum State {
    OPEN,
    FAILED,
    CLOSED
  }

  private final Handle handle;
  private final boolean readOnly;
  private State state = State.OPEN;

  JdbiSession(Handle handle, boolean readOnly) {
    this.handle = handle;
    this.readOnly = readOnly;
  }

  @Override
  public int update(String sql, @Nullable Object... arguments) {
    return change(
        () -> {
          try (var update = handle.createUpdate(sql)) {
            return bind(update, arguments).execute();
          }
        },
        sql);
  }

  @Override
  public long insert(String sql, @Nullable Object... arguments) {
    return change(
        () -> {
          try (var update = handle.createUpdate(sql)) {
            return bind(update, arguments)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
          }
        },
        sql);
  }

  @Override
  public void batch(String sql, List<@Nullable Object[]> rows) {
    if (rows.isEmpty()) {
      return;
    }
    change(
        () -> {
          try (PreparedBatch batch = handle.prepareBatch(sql)) {
            rows.forEach(row -> bind(batch, row).add());
            return batch.execute();
          }
        },
        sql);
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
    return scan(sql, QueryResult::read, arguments);
  }

  private <T> T scan(String sql, ResultReader<T> reader, @Nullable Object... arguments) {
    return run(
        () -> {
          try (Query query = handle.createQuery(sql)) {
            return bind(query, arguments)
                .setFetchSize(FETCH)
                .scanResultSet((rows, context) -> reader.read(rows.get()));
          }
        },
        sql);
  }

  boolean failed() {
    return state == State.FAILED;
  }

  void close() {
    state = State.CLOSED;
  }

  private <T> T change(Supplier<T> statement, String sql) {
    if (readOnly) {
      throw new IllegalStateException("read() only reads; use transaction() to change rows");
    }
    return run(statement, sql);
  }

  private <T> T run(Supplier<T> statement, String sql) {
    refuseUnlessOpen();
    try {
      return statement.get();
    } catch (JdbiException e) {
      state = State.FAILED;
      throw SqlFailure.of(sql, e);
    }
  }

  private void refuseUnlessOpen() {
    if (state == State.CLOSED) {
      throw new IllegalStateException("the session is closed; use it only inside its callback");
    }
    if (state == State.FAILED) {
      throw new IllegalStateException(
          "an earlier statement of this transaction failed; leave the callback");
    }
  }

  private static <S extends SqlStatement<S>> S bind(S statement, @Nullable Object... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      bind(statement, i, arguments[i]);
    }
    return statement;
  }

  private static void bind(SqlStatement<?> statement, int position, @Nullable Object value) {
    if (value == null) {
      statement.bindNull(position, Types.NULL);
    } else if (value instanceof String text) {
      statement.bind(position, checked(text));
    } else if (value instanceof Long number) {
      statement.bind(position, number);
    } else if (value instanceof Integer number) {
      statement.bind(position, number);
    } else if (value instanceof Double number) {
      statement.bind(position, number);
    } else if (value instanceof Boolean flag) {
      statement.bind(position, flag);
    } else if (value instanceof Instant time) {
      statement.bind(position, Micros.of(time));
    } else if (value instanceof Digest digest) {
      statement.bind(position, digest.toString());
    } else if (value instanceof Enum<?> constant) {
      statement.bind(position, constant.name());
    } else {
      throw new IllegalArgumentException(
          "argument "
              + (position + 1)
              + " has the type "
              + value.getClass().getName()
              + "; known are String, Long, Integer, Double, Boolean, Instant, Digest, an enum and null");
    }
  }

  private static String checked(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new InvalidInputException(
          "a text must not hold the character NUL, which PostgreSQL cannot keep");
    }
    return text;
  }

  private interface ResultReader<T> {
    T read(ResultSet rows) throws SQLException;
  }
}
