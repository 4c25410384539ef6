package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.TestDatabases;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that nobody has ended. The system property {@code mlops.exits} sets how many JVMs end. */
class OpenRunsTest {

  private static final int EXITS = Integer.getInteger("mlops.exits", 3);
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path place;

  @Test
  void their_last_points_are_seen_although_nobody_logs_any_more() {
    try (Workspace workspace = Workspace.inMemory()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      Run run = tracker.experiment("delays").start("gbm");
      Run fold = run.nested("fold");
      run.metric("loss", 3, 0.5);
      run.metric("acc", 3, 0.75);
      fold.metric("loss", 3, 0.25);
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                assertThat(tracker.get(run.id()).metrics()).containsOnlyKeys("acc", "loss");
                assertThat(tracker.get(fold.id()).metric("loss")).isEqualTo(0.25);
              });
      fold.succeed();
      run.succeed();
    }
  }

  @Test
  void have_a_thread_while_there_is_one() {
    try (Workspace workspace = Workspace.inMemory()) {
      Run run = ExperimentTracker.of(workspace).experiment("delays").start("gbm");
      assertThat(threads()).isPositive();
      run.nested("fold", fold -> fold.metric("loss", 1));
      assertThat(threads()).isPositive();
      run.succeed();
      await().atMost(LONG).until(() -> threads() == 0);
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("mlops-metrics"))
        .peek(thread -> assertThat(thread.isDaemon()).isTrue())
        .count();
  }

  @Test
  void keep_their_points_when_the_workspace_closes_first() {
    String id;
    try (Workspace workspace = Workspace.open(place)) {
      Run run = ExperimentTracker.of(workspace).experiment("delays").start("gbm");
      run.metric("loss", 1, 0.5);
      id = run.id();
    }
    try (Workspace workspace = Workspace.open(place)) {
      RunView run = ExperimentTracker.of(workspace).get(id);
      assertThat(run.metric("loss")).isEqualTo(0.5);
      assertThat(run.status()).isEqualTo(RunStatus.KILLED);
    }
  }

  @Test
  void keep_their_points_when_the_process_exits() {
    keepTheirPointsAtExit(TestDatabases.postgresUrl());
  }

  @Test
  void keep_their_points_in_a_file_when_the_process_exits() {
    keepTheirPointsAtExit(place.toString());
  }

  private static void keepTheirPointsAtExit(String where) {
    for (int exit = 1; exit <= EXITS; exit++) {
      CrashHarness.Outcome outcome = CrashHarness.of(Exiting.class, where).run();
      assertThat(outcome.exit()).as(outcome.errors()).isZero();
      try (Workspace workspace = workspace(where)) {
        assertThat(
                ExperimentTracker.of(workspace)
                    .get(outcome.acknowledged().get(0))
                    .summary("loss")
                    .count())
            .isEqualTo(10);
      }
    }
  }

  private static Workspace workspace(String where) {
    return where.startsWith("jdbc:") ? onPostgres(where) : Workspace.open(Path.of(where));
  }

  private static Workspace onPostgres(String url) {
    return Workspace.builder()
        .database(Database.over(TestDatabases.postgresDataSource(url)))
        .artifactStore(ArtifactStore.inMemory(Clock.systemUTC()))
        .open();
  }

  /** Logs ten points and exits at once, closing nothing. */
  static final class Exiting {
    private Exiting() {}

    public static void main(String[] arguments) {
      Run run = ExperimentTracker.of(workspace(arguments[0])).experiment("delays").start("exits");
      for (int step = 0; step < 10; step++) {
        run.metric("loss", step, step);
      }
      System.out.println(run.id());
      System.exit(0);
    }
  }
}
