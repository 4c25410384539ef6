package dev.mlops.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mlops.Workspace;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Entry;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import dev.mlops.testkit.TestDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PostgresCoordinationTest extends CoordinationTests {

  private static final Database DATABASE = TestDatabases.postgres();

  @AfterAll
  static void closeDatabase() {
    DATABASE.close();
  }

  @Override
  Database database() {
    return DATABASE;
  }

  @Test
  void a_holder_that_stands_still_inside_its_transaction_is_taken_over() throws Exception {
    try (Workspace workspace =
        Workspace.builder()
            .database(TestDatabases.postgres())
            .artifactStore(ArtifactStore.inMemory())
            .open()) {
      Leases leases = Leases.of(workspace, (name, interval, work) -> () -> true);
      Lease paused = leases.take("import", Duration.ofMillis(300)).orElseThrow();
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch takenOver = new CountDownLatch(1);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread holder =
          new Thread(
              () -> {
                try {
                  paused.write(
                      session -> {
                        workspace.journal().append(session, Entry.of("never"));
                        inside.countDown();
                        awaitQuietly(takenOver);
                        return workspace.journal().append(session, Entry.of("never"));
                      });
                } catch (RuntimeException e) {
                  failure.set(e);
                }
              });
      holder.start();
      inside.await();
      AtomicReference<Lease> taken = new AtomicReference<>();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                Optional<Lease> free = leases.take("import", Duration.ofMinutes(1));
                free.ifPresent(taken::set);
                return free.isPresent();
              });
      takenOver.countDown();
      holder.join();
      assertThat(failure.get()).isInstanceOf(StorageException.class);
      assertThat(workspace.journal().events().kind("never").count()).isZero();
      Lease next = Objects.requireNonNull(taken.get());
      assertThat(next.token()).isGreaterThan(paused.token());
      assertThatThrownBy(() -> paused.write(session -> true))
          .hasMessageContaining("is not held any more");
      next.close();
    }
  }

  @Test
  void whatever_a_holder_does_with_its_lease_is_limited_by_the_time_of_the_lease() {
    Duration time = Duration.ofMillis(700);
    Instant now = Instant.parse("2026-03-01T12:00:00Z");
    LeaseTable table = new LeaseTable(DATABASE, "limits");
    long token =
        DATABASE.transaction(
            session -> {
              long taken = table.take(session, "import", "one", time, now).orElseThrow();
              assertThat(limit(session)).as("taking").isEqualTo("700ms");
              return taken;
            });
    DATABASE.transaction(
        session -> {
          assertThat(table.renew(session, token, time, now)).isTrue();
          assertThat(limit(session)).as("renewing").isEqualTo("700ms");
          return true;
        });
    DATABASE.transaction(
        session -> {
          assertThat(table.giveBack(session, token, time)).isTrue();
          assertThat(limit(session)).as("giving back").isEqualTo("700ms");
          return true;
        });
  }

  @Test
  void what_computes_nothing_inside_its_transaction_has_five_seconds() {
    try (Workspace workspace = open("brief")) {
      String brief = "5s";
      JobTable jobs = new JobTable(workspace);
      Instant now = jobs.now();
      DATABASE.transaction(
          session -> {
            assertThat(jobs.begin(session, "retrain", now)).isEqualTo(now);
            return assertThat(limit(session)).as("beginning a job").isEqualTo(brief);
          });
      assertThat(jobs.due("retrain")).isEqualTo(now);
      Feed feed = Feed.of(workspace);
      DATABASE.transaction(
          session -> {
            assertThat(feed.begin(session, "mirror")).isTrue();
            return assertThat(limit(session)).as("beginning a reader").isEqualTo(brief);
          });
      Leases leases = Leases.of(workspace, (name, interval, work) -> () -> true);
      Lease expired = leases.take("import", Duration.ofMinutes(1)).orElseThrow();
      DATABASE.transaction(
          session ->
              session.update("UPDATE mlops_lease SET expires = 1 WHERE id = ?", expired.token()));
      LeaseStatus status = leases.find("import").orElseThrow();
      DATABASE.transaction(
          session -> {
            assertThat(leases.end(session, status)).isTrue();
            return assertThat(limit(session)).as("ending a lease").isEqualTo(brief);
          });
    }
  }

  @Test
  void work_on_an_event_has_five_seconds_or_what_it_says() {
    try (Workspace workspace = open("mirrored")) {
      workspace.journal().append(Entry.of("a"));
      Feed feed = Feed.of(workspace);
      List<String> limits = new ArrayList<>();
      feed.once("first", (session, event) -> limits.add(limit(session)));
      feed.once("second", Duration.ofSeconds(20), (session, event) -> limits.add(limit(session)));
      assertThat(limits).containsExactly("5s", "20s");
      assertThatThrownBy(() -> feed.once("third", Duration.ofMinutes(2), (session, event) -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "work may stand still for 100 milliseconds to 30 seconds"
                  + " inside its transaction, not for 2 minutes");
    }
  }

  private static Workspace open(String project) {
    return Workspace.builder()
        .database(DATABASE)
        .artifactStore(ArtifactStore.inMemory())
        .adoptContents()
        .project(project)
        .open();
  }

  private static String limit(Session session) {
    return session
        .first(
            "SELECT current_setting('idle_in_transaction_session_timeout') AS idle",
            row -> row.text("idle"))
        .orElseThrow();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
