package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.testkit.CrashHarness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCrashTest {

  private static final int BURST = 700;

  @TempDir private Path place;

  @Test
  void every_flushed_point_outlives_kill_9() {
    CrashHarness.Outcome outcome =
        CrashHarness.of(Logging.class, place.toString()).killAfter(5, Duration.ofMillis(20));
    int acknowledged =
        Integer.parseInt(outcome.acknowledged().get(outcome.acknowledged().size() - 1));
    try (Workspace workspace = Workspace.open(place)) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      RunView run = tracker.experiment("delays").runs().first().orElseThrow();
      Dataset history = tracker.history(run.id(), "loss");
      assertThat(run.status()).isEqualTo(RunStatus.KILLED);
      assertThat(history.rowCount()).isGreaterThanOrEqualTo(acknowledged);
      assertThat(run.summary("loss").count()).isEqualTo(history.rowCount());
      assertThat(history.longs("step").toArray())
          .isEqualTo(LongStream.range(0, history.rowCount()).toArray());
    }
  }

  /** Logs points and flushes them in bursts, until it is killed. */
  static final class Logging {
    private Logging() {}

    public static void main(String[] arguments) {
      try (Workspace workspace = Workspace.open(Path.of(arguments[0]));
          Run run = ExperimentTracker.of(workspace).experiment("delays").start("gbm")) {
        MetricSeries loss = run.series("loss");
        for (int step = 1; ; step++) {
          loss.log(step - 1, 1.0 / step);
          if (step % BURST == 0) {
            run.flush();
            System.out.println(step);
          }
        }
      }
    }
  }
}
