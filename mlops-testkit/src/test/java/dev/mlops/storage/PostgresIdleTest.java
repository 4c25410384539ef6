package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mlops.error.StorageException;
import dev.mlops.testkit.DatabaseContract;
import dev.mlops.testkit.TestDatabases;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A process that is paused inside a transaction, as others see it: each test has it pause after
 * another statement, and another process then waits for the row. That wait ends although the paused
 * one stays where it is, or the test does not end.
 */
class PostgresIdleTest {
  private static final DataSource SOURCE = TestDatabases.postgresDataSource();
  private static final Duration LIMIT = Duration.ofMillis(200);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String INSERT = "INSERT INTO mlops_contract (name, number) VALUES (?, ?)";
  private static final String UPDATE = "UPDATE mlops_contract SET number = ? WHERE name = ?";
  private static final String SELECT = "SELECT number FROM mlops_contract WHERE name = ?";

  private final Database database = Database.over(SOURCE, LIMIT);

  @BeforeEach
  void empty() {
    database.migrate("testkit", DatabaseContract.class);
    database.transaction(session -> session.update("DELETE FROM mlops_contract"));
    database.transaction(session -> session.update(INSERT, "stored", 1));
  }

  @Test
  void after_an_insert() {
    paused(session -> session.update(INSERT, "fresh", 1), this::insertFresh);
  }

  @Test
  void after_an_insert_with_a_key() {
    paused(session -> session.insert(INSERT, "fresh", 1), this::insertFresh);
  }

  @Test
  void after_a_batch() {
    paused(
        session -> session.batch(INSERT, List.<Object[]>of(new Object[] {"fresh", 1})),
        this::insertFresh);
  }

  @Test
  void after_an_update() {
    paused(session -> session.update(UPDATE, 7, "stored"), this::updateStored);
  }

  @Test
  void after_a_lock() {
    paused(
        session -> session.lock(SELECT, row -> row.number("number"), "stored"), this::updateStored);
  }

  @Test
  void after_a_lock_that_found_nothing_and_an_insert() {
    paused(
        session -> {
          session.lock(SELECT, row -> row.number("number"), "fresh");
          session.update(INSERT, "fresh", 1);
        },
        this::insertFresh);
  }

  @Test
  void after_a_lock_with_a_longer_limit_of_its_own() {
    paused(
        session -> session.lock(MINUTE, SELECT, row -> row.number("number"), "stored"),
        this::updateStored);
  }

  @Test
  void after_a_lock_that_found_nothing_with_a_shorter_limit_and_an_insert() {
    paused(
        Database.over(SOURCE, MINUTE.multipliedBy(10)),
        session -> {
          session.lock(LIMIT, SELECT, row -> row.number("number"), "fresh");
          session.update(INSERT, "fresh", 1);
        },
        this::insertFresh);
  }

  @Test
  void after_a_change_and_a_lock_with_a_shorter_limit() {
    paused(
        Database.over(SOURCE, MINUTE.multipliedBy(10)),
        session -> {
          session.update(INSERT, "fresh", 1);
          session.lock(LIMIT, SELECT, row -> row.number("number"), "stored");
        },
        this::insertFresh);
  }

  private void insertFresh(Session session) {
    session.update(INSERT, "fresh", 2);
  }

  private void updateStored(Session session) {
    session.update(UPDATE, 2, "stored");
  }

  private void paused(Consumer<Session> before, Consumer<Session> other) {
    paused(database, before, other);
  }

  private void paused(Database paused, Consumer<Session> before, Consumer<Session> other) {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch resumed = new CountDownLatch(1);
    CompletableFuture<Throwable> end =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowable(
                    () ->
                        paused.transaction(
                            session -> {
                              before.accept(session);
                              reached.countDown();
                              awaitQuietly(resumed);
                              return session.update(INSERT, "late", 1);
                            })),
            task -> new Thread(task, "paused").start());
    awaitQuietly(reached);
    database.transaction(
        session -> {
          other.accept(session);
          return true;
        });
    resumed.countDown();
    assertThat(end.join()).isInstanceOf(StorageException.class);
    assertThat(
            database.<List<String>>read(
                session ->
                    session.list(
                        "SELECT name FROM mlops_contract WHERE number <> 2 ORDER BY name",
                        row -> row.text("name"))))
        .as("what the paused transaction wrote")
        .isSubsetOf("stored");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
