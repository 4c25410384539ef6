package dev.mlops.study;

import static dev.mlops.study.Param.real;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunStatus;
import dev.mlops.tracking.RunView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2FileStudyTest extends StudyContract {
  private static final int TRIALS = 40;

  @TempDir private Path directory;

  @Override
  Workspace open() {
    return Workspace.open(directory);
  }

  static Study study(Workspace workspace) {
    return Study.builder(workspace, "killed")
        .space(Space.of(real("rate", 0, 1)))
        .sampler(Sampler.random())
        .minimise("loss")
        .trials(TRIALS)
        .workers(2)
        .build();
  }

  @Test
  void kill_9_loses_no_trial_and_gives_none_twice(@TempDir Path place) throws Exception {
    CrashHarness.Outcome outcome =
        CrashHarness.of(Searching.class, place.toString()).killAfter(12, Duration.ofMillis(7));
    assertThat(outcome.exit()).isEqualTo(137);
    try (Workspace workspace = Workspace.open(place)) {
      Study study = study(workspace);
      study.run(trial -> trial.run().metric("loss", trial.real("rate")));
      List<TrialView> last = StudyRecords.lastOf(study.trials());
      assertThat(last.stream().map(TrialView::number))
          .containsExactlyElementsOf(LongStream.rangeClosed(1, TRIALS).boxed().toList());
      assertThat(last).allMatch(trial -> trial.state() == TrialState.FINISHED);
      assertThat(study.progress()).hasToString("study 'killed' has 40 trials: 40 feasible");
      List<TrialView> lost =
          study.trials().stream().filter(trial -> trial.state() == TrialState.LOST).toList();
      assertThat(lost.size()).isLessThanOrEqualTo(2);
      assertThat(study.trials()).hasSize(TRIALS + lost.size());
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      for (TrialView trial : lost) {
        assertThat(last.get((int) trial.number() - 1).params()).isEqualTo(trial.params());
        Optional<RunView> run = Optional.ofNullable(trial.run()).flatMap(tracker::find);
        assertThat(run.map(RunView::status).orElse(RunStatus.KILLED)).isEqualTo(RunStatus.KILLED);
      }
      assertThat(outcome.acknowledged())
          .allMatch(line -> last.get(Integer.parseInt(line) - 1).attempt() == 1);
    }
  }

  /** Works on the study; a line says that the trial before this thread's present one has ended. */
  static final class Searching {
    private Searching() {}

    public static void main(String[] arguments) throws InterruptedException {
      ThreadLocal<Long> before = new ThreadLocal<>();
      try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) {
        study(workspace)
            .run(
                trial -> {
                  if (before.get() != null) {
                    System.out.println(before.get());
                  }
                  before.set(trial.number());
                  trial.run().metric("loss", trial.real("rate"));
                  LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                });
      }
    }
  }
}
