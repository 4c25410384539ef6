package dev.mlops.storage;

import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.StorageException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/** What a driver's exception means to a caller, read from its SQLState. */
final class SqlFailure {
  private static final String UNIQUE_VIOLATION = "23505";

  // Data that do not fit their type, and what exceeds a limit of the database, such as an index.
  private static final Set<String> DATA_CLASSES = Set.of("22", "54");
  private static final int H2_OPEN_ELSEWHERE = 90020;

  // Serialization failure, deadlock (PostgreSQL), lock timeout (H2), row changed by another
  // transaction (H2).
  private static final Set<String> TRANSIENT = Set.of("40001", "40P01", "HYT00", "90131", "55P03");

  private static final int H2_CORRUPTED = 90030;
  private static final int H2_GENERAL = 50000;

  /** Where H2 goes on with the statement. */
  private static final Pattern SQL = Pattern.compile(";\\s*SQL statement:");

  /** How much of a statement, and of what H2 says, a message tells; the cause has all of it. */
  private static final int SHOWN = 200;

  private SqlFailure() {}

  static MlopsException of(String doing, Throwable failure) {
    SQLException cause = sqlCause(failure);
    if (cause != null && isDamage(cause)) {
      return new StorageException(damaged("the database", cause), failure);
    }
    String text = shown(doing) + " failed: " + (cause == null ? failure.getMessage() : said(cause));
    String state = String.valueOf(stateOf(cause));
    if (state.equals(UNIQUE_VIOLATION)) {
      return new ConflictException("a row with this key exists already; " + text, failure);
    }
    return DATA_CLASSES.contains(state.substring(0, Math.min(2, state.length())))
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
    if (cause != null && (isDamage(cause) || isOwnStatement(cause))) {
      return new StorageException(damaged("database '" + name + "'", cause), failure);
    }
    return new StorageException(
        "cannot open database '"
            + name
            + "': "
            + (cause == null ? failure.getMessage() : cause.getMessage()),
        failure);
  }

  /** H2 found its file changed: by itself, or as an exception of its storage engine. */
  private static boolean isDamage(SQLException failure) {
    return failure.getErrorCode() == H2_CORRUPTED
        || (failure.getErrorCode() == H2_GENERAL && failure.getCause() instanceof MVStoreException);
  }

  /** Whether H2 could not run the statements that make its tables, which it keeps in its file. */
  private static boolean isOwnStatement(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    return state.startsWith("42") || state.startsWith("HY") || state.startsWith("90");
  }

  private static String damaged(String what, SQLException failure) {
    return "the file of "
        + what
        + " is damaged; put back a copy of that file (files of the artifact store are not affected): "
        + shown(said(failure));
  }

  /** What a driver says, without the statement, which H2 repeats. */
  private static String said(SQLException failure) {
    return SQL.splitAsStream(String.valueOf(failure.getMessage())).findFirst().orElse("");
  }

  private static String shown(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }

  static boolean isTransient(Throwable failure) {
    String state = stateOf(sqlCause(failure));
    return state != null && TRANSIENT.contains(state);
  }

  /** Returns the driver's own exception, which a batch's hides behind a text of all its values. */
  static @Nullable SQLException sqlCause(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        SQLException next = sql.getNextException();
        boolean hides = t instanceof BatchUpdateException || sql.getSQLState() == null;
        return hides && next != null ? next : sql;
      }
    }
    return null;
  }

  private static @Nullable String stateOf(@Nullable SQLException failure) {
    return failure == null ? null : failure.getSQLState();
  }
}
