package dev.mlops.tracking;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.journal.Verification;
import dev.mlops.testkit.CrashHarness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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

  @Test
  void every_short_run_that_has_ended_outlives_kill_9_whole() {
    CrashHarness.Outcome outcome =
        CrashHarness.of(ShortRuns.class, place.toString()).killAfter(40, Duration.ofMillis(20));
    try (Workspace workspace = Workspace.open(place)) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      List<RunView> runs = tracker.experiment("delays").runs().list();
      assertThat(runs)
          .extracting(RunView::name)
          .containsAll(outcome.acknowledged())
          .doesNotHaveDuplicates();
      assertThat(runs)
          .allSatisfy(
              run -> {
                assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
                assertThat(run.params()).hasSize(20);
                assertThat(tracker.verify(run.id()).intact()).isTrue();
              });
      assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
    }
  }

  /** Ends short runs on four threads, until it is killed. */
  static final class ShortRuns {
    private ShortRuns() {}

    public static void main(String[] arguments) throws InterruptedException {
      try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) {
        Experiment delays = ExperimentTracker.of(workspace).experiment("delays");
        Map<String, Integer> params =
            IntStream.range(0, 20).boxed().collect(toMap(i -> "p" + i, i -> i));
        List<Thread> threads =
            IntStream.range(0, 4)
                .mapToObj(thread -> new Thread(() -> end(delays, params, thread)))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
          thread.join();
        }
      }
    }

    private static void end(Experiment delays, Map<String, Integer> params, int thread) {
      for (int i = 0; ; i++) {
        String name = thread + "-" + i;
        try (Run run = delays.start(name)) {
          run.params(params);
          run.succeed();
        }
        System.out.println(name);
      }
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
