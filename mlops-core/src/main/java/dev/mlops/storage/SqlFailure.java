package dev.mlops.storage;

import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.StorageException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a driver's exception means to a caller, read from its SQLState. */
final class SqlFailure {
  private static final String UNIQUE_VIOLATION = "23505";

  private static final String DATA_CLASS = "22";
  private static final int H2_OPEN_ELSEWHERE = 90020;

  // Serialization failure, deadlock (PostgreSQL), lock timeout (H2), row changed by another
  // transaction (H2).
  private static final Set<String> TRANSIENT = Set.of("40001", "40P01", "HYT00", "90131", "55P03");

  private SqlFailure() {}

  static MlopsException of(String doing, Throwable failure) {
    SQLException cause = sqlCause(failure);
    String text = doing + " failed: " + (cause == null ? failure.getMessage() : cause.getMessage());
    String state = String.valueOf(stateOf(cause));
    if (state.equals(UNIQUE_VIOLATION)) {
      return new ConflictException("a row with this key exists already; " + text, failure);
    }
    return state.startsWith(DATA_CLASS)
        ? new InvalidInputException(text, failure)
        : new StorageException(text, failure);
  }

  static MlopsException opening(String name, Throwable failure) {
    SQLException cause = sqlCause(failure);
    if (cause != null && cause.getErrorCode() == H2_OPEN_ELSEWHERE) {
      return new ConflictException(
          "database '"
              + name
              + "' is open in another process; close it there, or share a PostgreSQL database",
          failure);
    }
    return new StorageException(
        "cannot open database '"
            + name
            + "': "
            + (cause == null ? failure.getMessage() : cause.getMessage()),
        failure);
  }

  static boolean isTransient(Throwable failure) {
    String state = stateOf(sqlCause(failure));
    return state != null && TRANSIENT.contains(state);
  }

  static @Nullable SQLException sqlCause(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        return sql;
      }
    }
    return null;
  }

  // A batch's exception hides the driver's own in its chain.
  private static @Nullable String stateOf(@Nullable SQLException failure) {
    if (failure == null) {
      return null;
    }
    SQLException next = failure.getNextException();
    return failure.getSQLState() == null && next != null
        ? next.getSQLState()
        : failure.getSQLState();
  }
}
