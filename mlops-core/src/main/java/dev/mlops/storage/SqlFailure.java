package dev.mlops.storage;

import dev.mlops.error.ConflictException;
import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.StorageException;
import java.io.IOException;
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
  private static final int H2_WRITING_FAILED = 2;
  private static final int H2_ENGINE_CLOSED = 4;

  // A schema of other letters, another user or password: H2 reads the file, but we did not make it.
  private static final Set<Integer> FOREIGN = Set.of(90079, 28000);

  /** Where H2 goes on with the statement, or with its own number of the failure. */
  private static final Pattern SQL = Pattern.compile(";\\s*SQL statement:|\\s*\\[\\d+-\\d+]$");

  /** How much of a statement, and of what H2 says, a message tells; the cause has all of it. */
  private static final int SHOWN = 200;

  private SqlFailure() {}

  static MlopsException of(String doing, Throwable failure) {
    SQLException cause = sqlCause(failure);
    IOException unwritten = unwritten(failure);
    if (unwritten != null) {
      return new StorageException(unwritten("the database", unwritten), failure);
    }
    if (isOutOfMemory(failure)) {
      return new StorageException(outOfMemory(shown(doing)), failure);
    }
    if (cause != null && isDamage(cause)) {
      return new StorageException(damaged("of the database"), failure);
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
    IOException unwritten = unwritten(failure);
    if (unwritten != null) {
      return new StorageException(unwritten("database '" + name + "'", unwritten), failure);
    }
    if (isOutOfMemory(failure)) {
      return new StorageException(outOfMemory("opening database '" + name + "'"), failure);
    }
    if (cause != null && FOREIGN.contains(cause.getErrorCode())) {
      return new StorageException(
          "the file '"
              + name
              + ".mv.db' holds a database that another application made, or is damaged; give a"
              + " directory of its own, or put back a copy of that file",
          failure);
    }
    if (cause != null && (isDamage(cause) || isOwnStatement(cause))) {
      return new StorageException(damaged("'" + name + ".mv.db'"), failure);
    }
    return new StorageException(
        "cannot open database '"
            + name
            + "': "
            + (cause == null ? failure.getMessage() : shown(said(cause))),
        failure);
  }

  /**
   * Returns why the file could not be written, if that is the cause: the file is whole, and calling
   * it damaged would have it replaced by an older one. H2 closes itself then, and keeps the cause.
   */
  private static @Nullable IOException unwritten(Throwable failure) {
    boolean writing = false;
    IOException reason = null;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      writing |= t instanceof MVStoreException h2 && h2.getErrorCode() == H2_WRITING_FAILED;
      reason = t instanceof IOException io ? io : reason;
    }
    return writing ? reason : null;
  }

  private static String unwritten(String what, IOException reason) {
    return "the file of "
        + what
        + " cannot be written: "
        + FileFailure.reason(reason)
        + "; make room, or make it writable, and try again (what was acknowledged is in the file)";
  }

  /** H2 found its file changed: by itself, or as an exception of its storage engine. */
  private static boolean isDamage(SQLException failure) {
    return failure.getErrorCode() == H2_CORRUPTED
        || (failure.getErrorCode() == H2_GENERAL
            && failure.getCause() instanceof MVStoreException engine
            && engine.getErrorCode() != H2_ENGINE_CLOSED);
  }

  /** Whatever else is told of a failure, a lack of memory is no fault of a file. */
  private static boolean isOutOfMemory(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }

  private static String outOfMemory(String doing) {
    return doing
        + " failed: the JVM has no memory left, and the database is not damaged. Give the JVM more"
        + " memory with -Xmx, and open the workspace again";
  }

  /** Whether H2 could not run the statements that make its tables, which it keeps in its file. */
  private static boolean isOwnStatement(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    return state.startsWith("22")
        || state.startsWith("42")
        || state.startsWith("HY")
        || state.startsWith("90");
  }

  // What H2 says names its own classes, statements and tools, and helps nobody; the cause has it.
  private static String damaged(String what) {
    return "the file "
        + what
        + " is damaged; put back a copy of that file (files of the artifact store are not affected)";
  }

  /** Says why tables could not be made, without the statement and the place of the script. */
  static String migrating(Throwable failure) {
    SQLException cause = sqlCause(failure);
    return cause == null
        ? String.valueOf(failure.getMessage()).lines().findFirst().orElse("")
        : shown(said(cause))
            + "; is there a table of this name that another application or release made, or is the"
            + " database damaged?";
  }

  /** Says why a value of a row could not be read. */
  static String reading(SQLException failure) {
    return isDamage(failure) ? damaged("of the database") : shown(said(failure));
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
