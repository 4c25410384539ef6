package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Running;
import dev.mlops.testkit.TestDatabases;
import java.time.Clock;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Two JVMs record one run on one PostgreSQL, and one of them is killed. */
class TwoRecordersTest {
  private static final int BURST = 70;
  private static final int SURVIVORS = 3_000;

  private final String url = TestDatabases.postgresUrl();

  @Test
  void lose_no_point_that_was_flushed() {
    try (Workspace workspace = workspace(url)) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      Run run = tracker.experiment("delays").start("gbm");
      long dead;
      try (Running survivor = recorder(run.id(), "survivor")) {
        dead = flushedBeforeTheKill(run.id());
        while (survivor.line().isPresent()) {
          // It ends by itself.
        }
      }
      run.succeed();
      long[] steps = tracker.history(run.id(), "loss").longs("step").toArray();
      assertThat(tracker.get(run.id()).summary("loss").count()).isEqualTo(steps.length);
      long[] negative = Arrays.stream(steps).filter(step -> step < 0).map(step -> -step).toArray();
      assertThat(Arrays.stream(steps).filter(step -> step > 0).toArray())
          .isEqualTo(LongStream.rangeClosed(1, SURVIVORS).toArray());
      assertThat(negative.length).isGreaterThanOrEqualTo((int) dead);
      assertThat(Arrays.stream(negative).sorted().toArray())
          .isEqualTo(LongStream.rangeClosed(1, negative.length).toArray());
    }
  }

  private long flushedBeforeTheKill(String run) {
    long flushed = 0;
    try (Running victim = recorder(run, "victim")) {
      for (int line = 0; line < 10; line++) {
        flushed = Long.parseLong(victim.line().orElseThrow());
      }
    }
    return flushed;
  }

  private Running recorder(String run, String role) {
    return CrashHarness.of(Recorder.class, url, run, role).start();
  }

  private static Workspace workspace(String url) {
    return Workspace.builder()
        .database(Database.over(TestDatabases.postgresDataSource(url)))
        .artifactStore(ArtifactStore.inMemory(Clock.systemUTC()))
        .adoptContents()
        .open();
  }

  /** Logs points to a run and flushes them in bursts; the victim's steps are negative. */
  static final class Recorder {
    private Recorder() {}

    public static void main(String[] arguments) {
      boolean dies = arguments[2].equals("victim");
      try (Workspace workspace = workspace(arguments[0]);
          Run run = ExperimentTracker.of(workspace).resume(arguments[1])) {
        MetricSeries loss = run.series("loss");
        for (long step = 1; dies || step <= SURVIVORS; step++) {
          loss.log(dies ? -step : step, 0.5);
          if (step % BURST == 0) {
            run.flush();
            System.out.println(step);
          }
        }
        run.succeed();
      }
    }
  }
}
