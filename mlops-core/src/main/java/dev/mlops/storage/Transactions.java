package dev.mlops.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.MlopsException;
import dev.mlops.error.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs callbacks in transactions, at most one per thread, and again when the database asks for it.
 */
final class Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final int ATTEMPTS = 5;

  private final DataSource source;
  private final WriteOrder order;
  private final Runnable gate;
  private final Duration idle;
  private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);

  /**
   * Runs transactions on connections of a source.
   *
   * @param order lets writers in
   * @param gate throws if no transaction may begin
   * @param idle after which PostgreSQL ends a transaction that has changed or locked a row
   */
  Transactions(DataSource source, WriteOrder order, Runnable gate, Duration idle) {
    this.source = source;
    this.order = order;
    this.gate = gate;
    this.idle = idle;
  }

  <T> T read(Function<? super Session, T> reading) {
    return alone(() -> attempt(reading, true));
  }

  @CanIgnoreReturnValue
  <T> T transaction(Function<? super Session, T> work) {
    return alone(() -> repeated(work));
  }

  /** Runs what opens connections of its own while no transaction writes. */
  void aside(Runnable work) {
    order.run(
        () -> {
          work.run();
          return true;
        });
  }

  private <T> T alone(Supplier<T> attempt) {
    gate.run();
    // A second connection inside a transaction would not see its rows, and can starve the pool.
    if (inside.get()) {
      throw new IllegalStateException(
          "this thread is inside a transaction of this database already; hand its Session on instead of opening another");
    }
    inside.set(true);
    try {
      return attempt.get();
    } finally {
      inside.remove();
    }
  }

  private <T> T repeated(Function<? super Session, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return order.run(() -> attempt(work, false));
      } catch (RuntimeException e) {
        if (attempt == ATTEMPTS || !SqlFailure.isTransient(e)) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1L << attempt));
      }
    }
  }

  private <T> T attempt(Function<? super Session, T> work, boolean readOnly) {
    Connection connection = connect();
    boolean autoCommit = true;
    T result;
    try {
      autoCommit = connection.getAutoCommit();
      connection.setAutoCommit(false);
      result = committed(connection, work, readOnly);
    } catch (SQLException e) {
      MlopsException failure = SqlFailure.of("the transaction", e);
      undo(connection, autoCommit, failure);
      throw failure;
    } catch (RuntimeException | Error e) {
      undo(connection, autoCommit, e);
      throw e;
    }
    giveBack(connection, autoCommit);
    return result;
  }

  /** Opens a connection for a query that outlives a callback; to be closed by the caller. */
  Connection connection() {
    gate.run();
    return connect();
  }

  private Connection connect() {
    try {
      return source.getConnection();
    } catch (SQLException | RuntimeException e) {
      // A pool that was closed meanwhile says so in words of its own.
      gate.run();
      throw SqlFailure.of("connecting to the database", e);
    }
  }

  /**
   * Makes what has not been committed vanish. On a connection that is lost that fails too; the
   * failure that lost it is still the one that is told.
   */
  private static void undo(Connection connection, boolean autoCommit, Throwable failure) {
    suppressed(
        failure,
        () -> {
          // In this order: to switch to auto-commit would commit what could not be rolled back.
          connection.rollback();
          connection.setAutoCommit(autoCommit);
        });
    suppressed(failure, connection::close);
  }

  private static void suppressed(Throwable failure, Step step) {
    try {
      step.run();
    } catch (SQLException | RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  /** What is committed stays so, whatever becomes of the connection. */
  private static void giveBack(Connection connection, boolean autoCommit) {
    try (connection) {
      connection.setAutoCommit(autoCommit);
    } catch (SQLException | RuntimeException e) {
      LOG.warn("a connection could not be given back after its transaction had succeeded", e);
    }
  }

  private <T> T committed(
      Connection connection, Function<? super Session, T> work, boolean readOnly)
      throws SQLException {
    JdbcSession session = new JdbcSession(connection, readOnly, idle);
    T result;
    try {
      result = work.apply(session);
    } finally {
      session.close();
    }
    if (session.failed()) {
      throw new StorageException(
          "a statement failed and its exception was swallowed, so nothing is committed");
    }
    try {
      connection.commit();
    } catch (SQLException e) {
      throw SqlFailure.of("the commit", e);
    }
    return result;
  }

  private interface Step {
    void run() throws SQLException;
  }
}
