package dev.mlops.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mlops.Workspace;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Entry;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import java.time.Duration;
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

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
