package dev.mlops.storage;

import dev.mlops.error.StorageException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Runs callbacks in transactions, one a thread, and again when the database asks for it. */
final class Transactions {
  private static final int ATTEMPTS = 5;

  private final Jdbi jdbi;
  private final Runnable gate;
  private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);

  Transactions(Jdbi jdbi, Runnable gate) {
    this.jdbi = jdbi;
    this.gate = gate;
  }

  <T> T read(Function<? super JdbiSession, T> reading) {
    return alone(() -> attempt(reading, true));
  }

  <T> T transaction(Function<? super JdbiSession, T> work) {
    return alone(() -> repeated(work));
  }

  private <T> T alone(Attempt<T> attempt) {
    gate.run();
    // A second connection inside a transaction would not see its rows, and can starve the pool.
    if (inside.get()) {
      throw new IllegalStateException(
          "this thread is inside a transaction of this database already; hand its Session on instead of opening another");
    }
    inside.set(true);
    try {
      return attempt.run();
    } finally {
      inside.remove();
    }
  }

  private <T> T repeated(Function<? super JdbiSession, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt(work, false);
      } catch (RuntimeException e) {
        if (attempt == ATTEMPTS || !SqlFailure.isTransient(e)) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1L << attempt));
      }
    }
  }

  private <T> T attempt(Function<? super JdbiSession, T> work, boolean readOnly) {
    try (Handle handle = jdbi.open()) {
      handle.begin();
      JdbiSession session = new JdbiSession(handle, readOnly);
      try {
        T result = work.apply(session);
        commit(handle, session);
        return result;
      } finally {
        session.close();
        if (handle.isInTransaction()) {
          handle.rollback();
        }
      }
    } catch (JdbiException e) {
      throw SqlFailure.of("transaction", e);
    }
  }

  private static void commit(Handle handle, JdbiSession session) {
    if (session.failed()) {
      throw new StorageException(
          "a statement of the transaction failed and its exception was swallowed; nothing is committed");
    }
    handle.commit();
  }

  private interface Attempt<T> {
    T run();
  }
}
