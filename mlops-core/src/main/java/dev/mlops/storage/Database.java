package dev.mlops.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

/**
 * The truth of a workspace: tables in H2 or PostgreSQL, reached through short transactions.
 *
 * <p>Everything committed is durable when the call returns: it outlives the death of the process.
 * PostgreSQL keeps it through a power failure too; H2 leaves to the operating system when the bytes
 * reach the disk. Transactions run at READ COMMITTED. Safe for use by many threads; a transaction
 * belongs to one thread and does not nest.
 *
 * <pre>{@code
 * try (Database database = Database.h2(Path.of("truth"))) {
 *   database.transaction(session -> session.update("INSERT INTO mlops_thing (name) VALUES (?)", "flights"));
 * }
 * }</pre>
 */
public final class Database implements AutoCloseable {
  private static final String SHARED = "shared";

  private final String name;
  private final String opening;
  private final Migrations migrations;
  private final Transactions transactions;
  private final Runnable closer;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ReentrantLock closing = new ReentrantLock();

  private Database(
      String name,
      String opening,
      DataSource source,
      WriteOrder order,
      Duration idle,
      Runnable closer) {
    this.name = name;
    this.opening = opening;
    this.transactions = new Transactions(source, order, this::refuseIfClosed, idle);
    this.migrations = new Migrations(source, transactions);
    this.closer = closer;
  }

  /**
   * Opens an embedded H2 database in a file, made if it is not there.
   *
   * <p>One process may have it open, and once at a time. Its transactions run one after the other;
   * reads run beside them.
   *
   * @param file the path without H2's own ending {@code .mv.db}
   * @return the open database, to be closed by the caller
   * @throws ConflictException if it is open already, in this process or another
   * @throws StorageException if it cannot be opened
   */
  public static Database h2(Path file) {
    Objects.requireNonNull(file, "file");
    return h2(file, FileAccess.OWNER);
  }

  /**
   * Opens an embedded H2 database in a file, made if it is not there.
   *
   * @param file the path without H2's own ending {@code .mv.db}
   * @param access who may read what is made; {@link FileAccess#OWNER} if not said
   * @return the open database, to be closed by the caller
   * @throws ConflictException if it is open already, in this process or another
   * @throws StorageException if it cannot be opened
   */
  public static Database h2(Path file, FileAccess access) {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(access, "access");
    H2File opened = H2File.open(file, access);
    return new Database(
        quoted(file), fresh(), opened.source(), opened.order(), Session.IDLE, opened::close);
  }

  /**
   * Opens the embedded H2 database that names the contents of a store, made if it is not there and
   * the store is empty.
   *
   * @param file the path without H2's own ending {@code .mv.db}
   * @param access who may read what is made
   * @param store whose contents the database names
   * @return the open database, to be closed by the caller
   * @throws ConflictException if it is open already, in this process or another
   * @throws StorageException if it cannot be opened, or if it is not there and the store has
   *     contents: it was lost, or the store is another's; nothing is made then
   */
  public static Database h2(Path file, FileAccess access, ArtifactStore store) {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(access, "access");
    Objects.requireNonNull(store, "store");
    StoreBond.refuseIfLost("database " + quoted(file), H2File.data(file), store);
    return h2(file, access);
  }

  private static String quoted(Path file) {
    return "'" + file + "'";
  }

  /**
   * Opens a fresh H2 database in memory, gone when it is closed.
   *
   * @return the open database, to be closed by the caller
   */
  public static Database h2InMemory() {
    String name = "mlops-" + UUID.randomUUID();
    JdbcConnectionPool pool = H2File.inMemory(name);
    return new Database(
        "in memory", fresh(), pool, new WriteOrder.OneByOne(() -> {}), Session.IDLE, pool::dispose);
  }

  /**
   * Uses a database that the caller has opened: PostgreSQL 15 or newer, shared by as many processes
   * as one likes.
   *
   * <p>H2 2.x works too, but only {@link #h2} makes it safe against crashes.
   *
   * @param source where connections come from; best a pool. It is not closed by {@link #close()}
   * @return the database
   */
  public static Database over(DataSource source) {
    return over(source, Session.IDLE);
  }

  /** Uses a database with another limit than {@link Session#IDLE}. */
  static Database over(DataSource source, Duration idle) {
    Objects.requireNonNull(source, "source");
    String name = "over a " + source.getClass().getSimpleName();
    return new Database(name, SHARED, source, new WriteOrder.Any(), idle, () -> {});
  }

  private static String fresh() {
    return UUID.randomUUID().toString();
  }

  /**
   * Brings the tables of one module up to date, by Flyway, in the history table {@code
   * mlops_<module>_history}.
   *
   * <p>The scripts are the class-path resources {@code dev/mlops/<module>/migrations/V1__name.sql}
   * and on. They must run on H2 and PostgreSQL alike: BIGINT (times as epoch microseconds), DOUBLE
   * PRECISION, BOOLEAN, {@code VARCHAR(n)${bytewise}} for texts of up to n = 250 (names) or
   * 1,048,576 characters, {@code TEXT${bytewise}} for longer ones, BYTEA for up to 1,048,576 bytes,
   * tables named {@code mlops_...}, keys {@code id BIGINT GENERATED BY DEFAULT AS IDENTITY}. Each
   * statement must be fit to run twice ({@code IF NOT EXISTS}): H2 commits it at once, and a
   * process may die before the next. Calling it again does nothing.
   *
   * @param module lower-case letters, digits and underscores
   * @param anchor a class of the module, whose class loader has the scripts
   * @throws dev.mlops.error.NewerFormException if the tables are of a newer version than the
   *     scripts
   * @throws StorageException if a script fails
   */
  public void migrate(String module, Class<?> anchor) {
    Objects.requireNonNull(module, "module");
    Objects.requireNonNull(anchor, "anchor");
    refuseIfClosed();
    migrations.apply(module, anchor);
  }

  /**
   * Reads in one transaction that may change nothing.
   *
   * @param <T> what is read
   * @param reading uses the session, and does not keep it
   * @return what the callback returns
   * @throws StorageException if the database fails
   * @throws IllegalStateException if this thread is inside a transaction already, or the database
   *     is closed
   */
  public <T> T read(Function<Session, T> reading) {
    Objects.requireNonNull(reading, "reading");
    return transactions.read(reading);
  }

  /**
   * Reads and changes in one transaction: committed and durable on return, rolled back if the
   * callback throws.
   *
   * <p>When the database reports a deadlock or a serialization failure the callback runs again in a
   * new transaction, up to 5 times in all; so it must have no effect but on its session.
   *
   * @param <T> the result
   * @param work uses the session, and does not keep it
   * @return what the callback returns
   * @throws ConflictException if a unique key exists already
   * @throws StorageException if the database fails; nothing is committed, but where the message
   *     begins with {@code the commit} the database may have committed and could not say so
   * @throws IllegalStateException if this thread is inside a transaction already, or the database
   *     is closed
   */
  @CanIgnoreReturnValue
  public <T> T transaction(Function<Session, T> work) {
    Objects.requireNonNull(work, "work");
    return transactions.transaction(work);
  }

  /**
   * Reads rows into columns, in a transaction of their own; the rules are those of {@link
   * Session#query(String, Object...)}.
   *
   * @param sql a query
   * @param arguments one for each {@code ?}
   * @return the rows in the order of the query
   * @throws StorageException if the database fails
   * @throws IllegalArgumentException if a column is of a type that no dataset holds, such as bytes
   * @throws InvalidInputException if a column is a TIMESTAMP without a time zone, or holds a value
   *     that no dataset holds; the message names column and row, counted from 0
   */
  public Dataset query(String sql, @Nullable Object... arguments) {
    return read(session -> session.query(sql, arguments));
  }

  /**
   * Reads rows into columns, in a transaction of their own, and TIMESTAMP without a time zone as
   * the time of a zone; the rules are those of {@link Session#query(ZoneId, String, Object...)}.
   *
   * @param zone in which times are meant that name none
   * @param sql a query
   * @param arguments one for each {@code ?}
   * @return the rows in the order of the query
   * @throws StorageException if the database fails
   * @throws IllegalArgumentException if a column is of a type that no dataset holds, such as bytes
   * @throws InvalidInputException if clocks in the zone skip or repeat a time, or a column holds a
   *     value that no dataset holds; the message names column and row, counted from 0
   */
  public Dataset query(ZoneId zone, String sql, @Nullable Object... arguments) {
    return read(session -> session.query(zone, sql, arguments));
  }

  /**
   * Names this opening of an embedded database, which no other process has open meanwhile: whatever
   * another opening has left behind belongs to a process that has gone.
   *
   * @return a new text for each opening of an embedded database; {@code shared} for a database that
   *     many processes may use
   */
  public String opening() {
    return opening;
  }

  /**
   * Reads rows in batches, for results that do not fit into memory; the rules are those of {@link
   * Session#query(String, Object...)}, but every column is nullable, since a later row may have a
   * null. Repeatable: each iteration runs the query again.
   *
   * <p>An iteration holds a connection, and sees the rows as they were when it began. It ends with
   * the last row, or when the batches are closed. It may run inside a transaction of this thread,
   * whose changes it does not see.
   *
   * @param rows the most rows of a batch, at least 1
   * @param sql a query
   * @param arguments one for each {@code ?}
   * @return the rows in the order of the query; {@link StorageException} and {@link
   *     InvalidInputException} come when the row is reached for which they are thrown
   * @throws StorageException if the database fails
   * @throws IllegalArgumentException if a column is of a type that no dataset holds, such as bytes,
   *     or {@code rows} is less than 1
   * @throws InvalidInputException if a column is a TIMESTAMP without a time zone
   */
  public Batches batches(int rows, String sql, @Nullable Object... arguments) {
    Objects.requireNonNull(arguments, "arguments");
    return batches(new QueryCursor.Query(rows, null, sql, Arrays.asList(arguments.clone())));
  }

  /**
   * Reads rows in batches, and TIMESTAMP without a time zone as the time of a zone, as {@link
   * #query(ZoneId, String, Object...)} does; all else is as in {@link #batches(int, String,
   * Object...)}.
   *
   * @param rows the most rows of a batch, at least 1
   * @param zone in which times are meant that name none
   * @param sql a query
   * @param arguments one for each {@code ?}
   * @return the rows in the order of the query
   * @throws StorageException if the database fails
   * @throws IllegalArgumentException if a column is of a type that no dataset holds, such as bytes,
   *     or {@code rows} is less than 1
   */
  public Batches batches(int rows, ZoneId zone, String sql, @Nullable Object... arguments) {
    Objects.requireNonNull(arguments, "arguments");
    Objects.requireNonNull(zone, "zone");
    return batches(new QueryCursor.Query(rows, zone, sql, Arrays.asList(arguments.clone())));
  }

  private Batches batches(QueryCursor.Query query) {
    if (query.rows() < 1) {
      throw new IllegalArgumentException("a batch has at least 1 row: " + query.rows());
    }
    return Batches.of(
        QueryCursor.schema(transactions.connection(), query),
        () -> QueryCursor.open(transactions.connection(), query));
  }

  /** Says which database this is, for messages. */
  @Override
  public String toString() {
    return "database " + name;
  }

  /**
   * Closes what this class has opened; calling it again does nothing but wait for the first call.
   *
   * <p>The space in an embedded file that nothing needs any more is given back first, in about a
   * second. It may be called from a shutdown hook: H2's own is not used.
   */
  @Override
  public void close() {
    closing.lock();
    try {
      if (closed.compareAndSet(false, true)) {
        closer.run();
      }
    } finally {
      closing.unlock();
    }
  }

  private void refuseIfClosed() {
    if (closed.get()) {
      throw new IllegalStateException("database " + name + " is closed; open it again");
    }
  }
}
