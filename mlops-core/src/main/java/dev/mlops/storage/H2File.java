package dev.mlops.storage;

import dev.mlops.error.FileFailure;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.h2.engine.Database;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedded H2 database in a file, from the claim on the file to the last of its channels.
 *
 * <p>H2 is told to leave the end of the JVM to us. Its own shutdown hook runs beside those of the
 * application: it would close the database under a server that still answers, or write a snapshot
 * of transactions that are half done. Without it, a JVM that ends leaves what a killed one leaves:
 * everything that was committed.
 */
final class H2File implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(H2File.class);

  private static final int CONNECTIONS = 16;
  private static final int STEP = 4 << 20;
  private static final Duration CLOSING = Duration.ofSeconds(10);

  // Without WRITE_DELAY=0, a killed process loses commits that it has acknowledged. Without
  // TRACE_LEVEL_FILE=0, H2 writes every exception that it throws to a file of its own.
  private static final String FILE_OPTIONS = ";WRITE_DELAY=0;TRACE_LEVEL_FILE=0";
  private static final String OPTIONS = ";DB_CLOSE_ON_EXIT=FALSE;DATABASE_TO_LOWER=TRUE";

  private final FileClaim claim;
  private final H2Channels channels;
  private final JdbcConnectionPool pool;
  private final FileSpace space;
  private final WriteOrder.OneByOne order;

  private H2File(FileClaim claim, H2Channels channels, JdbcConnectionPool pool, FileSpace space) {
    this.claim = claim;
    this.channels = channels;
    this.pool = pool;
    this.space = space;
    this.order = new WriteOrder.OneByOne(space::afterWriting);
  }

  static H2File open(Path file, FileAccess access) {
    refuseUnlessFile(data(file));
    FileClaim claim = FileClaim.of(file, access);
    H2Channels channels = H2Path.watch(data(claim.file()), access);
    try {
      return open(file, claim, channels);
    } catch (RuntimeException | Error e) {
      letGo(claim, channels);
      throw e;
    }
  }

  /** H2 would say of each of these that reading failed, which sounds like damage. */
  private static void refuseUnlessFile(Path data) {
    if (Files.isSymbolicLink(data) && !Files.exists(data)) {
      throw new StorageException(
          "cannot open database '"
              + data
              + "': it is a link to a file that is not there; put that file back");
    }
    if (Files.exists(data) && !Files.isRegularFile(data)) {
      throw new StorageException(
          "cannot open database '" + data + "': it is no file; move it away, or name another");
    }
  }

  private static H2File open(Path file, FileClaim claim, H2Channels channels) {
    JdbcConnectionPool pool =
        pool("jdbc:h2:" + H2Path.url(claim.file()) + FILE_OPTIONS + OPTIONS, file.toString());
    try (Connection connection = pool.getConnection()) {
      Database database = database(connection);
      forgetAtExit(database);
      return new H2File(
          claim,
          channels,
          pool,
          new FileSpace(database.getStore().getMvStore(), channels::written, STEP));
    } catch (SQLException e) {
      pool.dispose();
      throw SqlFailure.opening(file.toString(), e);
    }
  }

  /** Opens a pool of connections to a database, which H2 closes with the last of them. */
  static JdbcConnectionPool pool(String url, String name) {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setURL(url);
    JdbcConnectionPool pool = JdbcConnectionPool.create(h2);
    pool.setMaxConnections(CONNECTIONS);
    try {
      // Back in the pool it stays open.
      pool.getConnection().close();
      return pool;
    } catch (SQLException e) {
      pool.dispose();
      throw SqlFailure.opening(name, e);
    }
  }

  static JdbcConnectionPool inMemory(String name) {
    return pool("jdbc:h2:mem:" + name + OPTIONS, name);
  }

  private static Database database(Connection connection) throws SQLException {
    JdbcConnection h2 = connection.unwrap(JdbcConnection.class);
    return ((SessionLocal) h2.getSession()).getDatabase();
  }

  // DB_CLOSE_ON_EXIT=FALSE keeps the database open, but the hook still writes a snapshot.
  private static void forgetAtExit(Database database) {
    try {
      Method unregister =
          Class.forName("org.h2.engine.OnExitDatabaseCloser")
              .getDeclaredMethod("unregister", Database.class);
      unregister.setAccessible(true);
      unregister.invoke(null, database);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn(
          "H2 writes a snapshot of its own when the JVM ends, as its hook cannot be reached", e);
    }
  }

  DataSource source() {
    return pool;
  }

  WriteOrder order() {
    return order;
  }

  @Override
  public void close() {
    order.ifFree(CLOSING, space::beforeClosing);
    pool.dispose();
    if (pool.getActiveConnections() == 0) {
      letGo(claim, channels);
    } else {
      // A reader still has a connection, and H2 closes the file when it gives that back.
      claim.close();
    }
  }

  /** Returns the file itself, with H2's own ending. */
  static Path data(Path file) {
    return file.resolveSibling(file.getFileName() + ".mv.db");
  }

  // H2 forgets the channel, and with it the lock, of a file that it could not read.
  private static void letGo(FileClaim claim, H2Channels channels) {
    try {
      channels.closeAll();
    } catch (IOException e) {
      throw new StorageException(
          "cannot close '" + claim.file() + "': " + FileFailure.reason(e), e);
    } finally {
      H2Path.unwatch(data(claim.file()));
      claim.close();
    }
  }
}
