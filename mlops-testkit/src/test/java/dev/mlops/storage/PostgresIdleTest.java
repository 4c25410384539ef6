package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mlops.error.StorageException;
import dev.mlops.testkit.DatabaseContract;
import dev.mlops.testkit.TestDatabases;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A process that is paused inside a transaction, as others see it: each test has it pause after
 * another statement, and another process then waits for the row. That wait ends although the paused
 * one stays where it is, or the test does not end. Each test first pauses one whose limits are
 * long, and sees that the other does wait: no case passes because nobody was in the way.
 */
class PostgresIdleTest {
  private static final DataSource SOURCE = TestDatabases.postgresDataSource();
  private static final Duration LIMIT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final String INSERT = "INSERT INTO mlops_contract (name, number) VALUES (?, ?)";
  private static final String UPDATE = "UPDATE mlops_contract SET number = ? WHERE name = ?";
  private static final String SELECT = "SELECT number FROM mlops_contract WHERE name = ?";

  private final Database database = Database.over(SOURCE, LIMIT);
  private final Database patient = Database.over(SOURCE, LONG);

  @BeforeEach
  void migrate() {
    database.migrate("testkit", DatabaseContract.class);
    empty();
  }

  private void empty() {
    database.transaction(session -> session.update("DELETE FROM mlops_contract"));
    database.transaction(session -> session.update(INSERT, "stored", 1));
  }

  @Test
  void after_an_insert() {
    limitedByDatabase(session -> session.update(INSERT, "fresh", 1), this::insertFresh);
  }

  @Test
  void after_an_insert_with_a_key() {
    limitedByDatabase(session -> session.insert(INSERT, "fresh", 1), this::insertFresh);
  }

  @Test
  void after_a_batch() {
    limitedByDatabase(
        session -> session.batch(INSERT, List.<Object[]>of(new Object[] {"fresh", 1})),
        this::insertFresh);
  }

  @Test
  void after_an_update() {
    limitedByDatabase(session -> session.update(UPDATE, 7, "stored"), this::updateStored);
  }

  @Test
  void after_a_lock() {
    limitedByDatabase(
        session -> session.lock(SELECT, row -> row.number("number"), "stored"), this::updateStored);
  }

  @Test
  void after_a_lock_that_found_nothing_and_an_insert() {
    limitedByDatabase(
        session -> {
          session.lock(SELECT, row -> row.number("number"), "fresh");
          session.update(INSERT, "fresh", 1);
        },
        this::insertFresh);
  }

  @Test
  void after_a_lock_with_a_longer_limit_of_its_own() {
    limitedByDatabase(
        session -> session.lock(LONG, SELECT, row -> row.number("number"), "stored"),
        this::updateStored);
  }

  @Test
  void after_a_lock_that_found_nothing_with_a_shorter_limit_and_an_insert() {
    limitedByLock(
        (session, limit) -> {
          session.lock(limit, SELECT, row -> row.number("number"), "fresh");
          session.update(INSERT, "fresh", 1);
        },
        this::insertFresh);
  }

  @Test
  void after_a_change_and_a_lock_with_a_shorter_limit() {
    limitedByLock(
        (session, limit) -> {
          session.update(INSERT, "fresh", 1);
          session.lock(limit, SELECT, row -> row.number("number"), "stored");
        },
        this::insertFresh);
  }

  private void insertFresh(Session session) {
    session.update(INSERT, "fresh", 2);
  }

  private void updateStored(Session session) {
    session.update(UPDATE, 2, "stored");
  }

  private void limitedByDatabase(Consumer<Session> before, Consumer<Session> other) {
    waits(before, other);
    ends(database, before, other);
  }

  private void limitedByLock(BiConsumer<Session, Duration> before, Consumer<Session> other) {
    waits(session -> before.accept(session, LONG), other);
    ends(patient, session -> before.accept(session, LIMIT), other);
  }

  private void waits(Consumer<Session> before, Consumer<Session> other) {
    Throwable end =
        paused(
            patient,
            before,
            () ->
                assertThatThrownBy(
                        () ->
                            database.transaction(
                                session -> {
                                  session.update("SET LOCAL lock_timeout = '20ms'");
                                  other.accept(session);
                                  return true;
                                }))
                    .as("another process, while the paused one has no limit")
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("lock timeout"));
    assertThat(end).as("the one whose limit is long").isNull();
    empty();
  }

  private void ends(Database paused, Consumer<Session> before, Consumer<Session> other) {
    Throwable end =
        paused(
            paused,
            before,
            () ->
                database.transaction(
                    session -> {
                      other.accept(session);
                      return true;
                    }));
    assertThat(end).isInstanceOf(StorageException.class);
    assertThat(
            database.<List<String>>read(
                session ->
                    session.list(
                        "SELECT name FROM mlops_contract WHERE number <> 2 ORDER BY name",
                        row -> row.text("name"))))
        .as("what the paused transaction wrote")
        .isSubsetOf("stored");
  }

  /** Returns how a transaction ended that was paused while others worked; null if it committed. */
  private static @Nullable Throwable paused(
      Database paused, Consumer<Session> before, Runnable others) {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch resumed = new CountDownLatch(1);
    CompletableFuture<@Nullable Throwable> end =
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
    try {
      others.run();
    } finally {
      resumed.countDown();
    }
    return end.join();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
