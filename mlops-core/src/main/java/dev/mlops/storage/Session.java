package dev.mlops.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One open transaction of a {@link Database}, valid only inside the callback that was given it.
 *
 * <p>Statements take positional {@code ?} arguments: {@link String}, {@link Long}, {@link Integer},
 * {@link Double}, {@link Boolean}, {@link java.time.Instant} (stored as epoch microseconds), {@code
 * byte[]} (up to 1,048,576 of them in a BYTEA), {@link dev.mlops.data.Digest} (stored as text), an
 * enum (stored by its name), or null.
 *
 * <p>A text with NUL or half of a surrogate pair is refused, and so is one that is too long for its
 * column, with {@link dev.mlops.error.InvalidInputException}. A double keeps NaN and the
 * infinities; a negative zero becomes zero, since H2 knows none.
 *
 * <p>A statement that fails ends the transaction: every later call on the session throws {@link
 * IllegalStateException}, and nothing is committed. A session belongs to the thread of its
 * callback.
 *
 * <p>What a transaction has changed or locked, others wait for. So that a process that is paused or
 * cut off does not hold them up without end, PostgreSQL ends such a transaction, and its
 * connection, when the process sends nothing for {@link #IDLE}: what the transaction wrote is gone
 * then, and the next call of the session fails. An embedded database has no other process.
 */
public interface Session {

  /**
   * For how long a process may send nothing inside a transaction that has changed or locked a row,
   * before PostgreSQL ends the transaction: half a minute.
   */
  Duration IDLE = Duration.ofSeconds(30);

  /**
   * Runs one statement that changes rows.
   *
   * @param sql an INSERT, UPDATE, DELETE or MERGE
   * @param arguments one for each {@code ?}
   * @return the number of rows changed
   * @throws ConflictException if a unique key exists already
   * @throws StorageException if the database fails
   * @throws IllegalStateException if the session is read-only, failed before, or is closed
   */
  @CanIgnoreReturnValue
  int update(String sql, @Nullable Object... arguments);

  /**
   * Inserts one row into a table whose generated key is the column {@code id}.
   *
   * @param sql an INSERT
   * @param arguments one for each {@code ?}
   * @return the generated key
   * @throws ConflictException if a unique key exists already
   * @throws StorageException if the database fails
   * @throws IllegalStateException if the session is read-only, failed before, or is closed
   */
  @CanIgnoreReturnValue
  long insert(String sql, @Nullable Object... arguments);

  /**
   * Inserts many rows into a table whose generated key is the column {@code id}.
   *
   * @param sql an INSERT of one row
   * @param rows the arguments of each row; nothing happens if there are none
   * @return the generated keys, in the order of the rows; unmodifiable
   * @throws ConflictException if a unique key exists already
   * @throws StorageException if the database fails
   * @throws IllegalStateException if the session is read-only, failed before, or is closed
   */
  List<Long> insertAll(String sql, List<@Nullable Object[]> rows);

  /**
   * Runs one statement for each of many rows of arguments.
   *
   * @param sql an INSERT, UPDATE, DELETE or MERGE
   * @param rows the arguments of each run; nothing happens if there are none
   * @throws ConflictException if a unique key exists already
   * @throws StorageException if the database fails
   * @throws IllegalStateException if the session is read-only, failed before, or is closed
   */
  void batch(String sql, List<@Nullable Object[]> rows);

  /**
   * Reads rows.
   *
   * @param <T> what a row becomes
   * @param sql a query
   * @param reader turns the present row into a value
   * @param arguments one for each {@code ?}
   * @return the values in the order of the query; unmodifiable, empty if there are no rows
   * @throws StorageException if the database fails
   * @throws IllegalStateException if the session failed before, or is closed
   */
  <T> List<T> list(String sql, Function<ResultRow, T> reader, @Nullable Object... arguments);

  /**
   * Reads the first row.
   *
   * @param <T> what a row becomes
   * @param sql a query
   * @param reader turns the row into a value
   * @param arguments one for each {@code ?}
   * @return the value of the first row, or empty if there is none
   * @throws StorageException if the database fails
   * @throws IllegalStateException if the session failed before, or is closed
   */
  <T> Optional<T> first(String sql, Function<ResultRow, T> reader, @Nullable Object... arguments);

  /**
   * Reads the first row and locks it until the transaction ends: others that lock or change the row
   * wait for this transaction.
   *
   * @param <T> what the row becomes
   * @param sql a query of one table, to which {@code FOR UPDATE} is added
   * @param reader turns the row into a value
   * @param arguments one for each {@code ?}
   * @return the value of the first row, or empty if there is none
   * @throws StorageException if the database fails
   * @throws IllegalStateException if the session is read-only, failed before, or is closed
   */
  @CanIgnoreReturnValue
  default <T> Optional<T> lock(
      String sql, Function<ResultRow, T> reader, @Nullable Object... arguments) {
    return lock(IDLE, sql, reader, arguments);
  }

  /**
   * Reads the first row and locks it, as {@link #lock(String, Function, Object...)} does, with a
   * shorter limit than {@link #IDLE} for the rest of the transaction. Of several limits the
   * shortest holds, so a longer one changes nothing.
   *
   * @param <T> what the row becomes
   * @param idle at least a millisecond; longer than the transaction ever computes between two
   *     statements
   * @param sql a query of one table, to which {@code FOR UPDATE} is added
   * @param reader turns the row into a value
   * @param arguments one for each {@code ?}
   * @return the value of the first row, or empty if there is none
   * @throws StorageException if the database fails
   * @throws IllegalStateException if the session is read-only, failed before, or is closed
   */
  @CanIgnoreReturnValue
  <T> Optional<T> lock(
      Duration idle, String sql, Function<ResultRow, T> reader, @Nullable Object... arguments);

  /**
   * Hands each row to a reader while the rows stream past, keeping none.
   *
   * @param sql a query
   * @param reader sees each row in the order of the query
   * @param arguments one for each {@code ?}
   * @throws StorageException if the database fails
   * @throws IllegalStateException if the session failed before, or is closed
   */
  void each(String sql, Consumer<ResultRow> reader, @Nullable Object... arguments);

  /**
   * Reads rows into columns.
   *
   * <p>Whole numbers become INT64, REAL FLOAT32, other numbers FLOAT64, DATE the INSTANT of
   * midnight in UTC, TIMESTAMP WITH TIME ZONE the INSTANT it is; texts and what has no other place
   * STRING. Refused are a TIMESTAMP without a time zone, for a zone is never guessed, a time finer
   * than a microsecond, and a whole number that FLOAT64 does not hold, such as the sum of BIGINTs
   * can be, which is a NUMERIC. Names written in upper case become lower case. A column is nullable
   * unless the table forbids nulls.
   *
   * @param sql a query
   * @param arguments one for each {@code ?}
   * @return the rows in the order of the query
   * @throws StorageException if the database fails
   * @throws IllegalArgumentException if a column is of a type that no dataset holds, such as bytes
   * @throws InvalidInputException if a column is a TIMESTAMP without a time zone, or holds a value
   *     that no dataset holds; the message names column and row, counted from 0
   * @throws IllegalStateException if the session failed before, or is closed
   */
  Dataset query(String sql, @Nullable Object... arguments);

  /**
   * Reads rows into columns, and TIMESTAMP without a time zone as the time of a zone.
   *
   * <p>A time that its clocks skip is refused, and so is one that is there twice, because they go
   * back; a DATE is midnight there. All else is as in {@link #query(String, Object...)}.
   *
   * @param zone in which times are meant that name none
   * @param sql a query
   * @param arguments one for each {@code ?}
   * @return the rows in the order of the query
   * @throws StorageException if the database fails
   * @throws IllegalArgumentException if a column is of a type that no dataset holds, such as bytes
   * @throws InvalidInputException if clocks in the zone skip or repeat a time, or a column holds a
   *     value that no dataset holds; the message names column and row, counted from 0
   * @throws IllegalStateException if the session failed before, or is closed
   */
  Dataset query(ZoneId zone, String sql, @Nullable Object... arguments);
}
