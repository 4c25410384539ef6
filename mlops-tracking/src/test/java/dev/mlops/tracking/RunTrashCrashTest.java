package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.journal.Verification;
import dev.mlops.testkit.CrashHarness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTrashCrashTest {

  private static final int ROUNDS = 3;
  private static final int RUNS = 8;

  @TempDir private Path place;

  @Test
  void a_deleted_run_is_whole_or_gone_after_kill_9_and_the_next_removal_goes_on() {
    for (int round = 0; round < ROUNDS; round++) {
      CrashHarness.Outcome outcome =
          CrashHarness.of(Removing.class, place.toString())
              .killAfter(2 + round, Duration.ofMillis(7L * round));
      assertThat(outcome.acknowledged()).as(outcome.errors()).hasSizeGreaterThan(round);
      check(outcome.acknowledged());
    }
  }

  private void check(List<String> acknowledged) {
    try (Workspace workspace = Workspace.open(place)) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      List<String> removed =
          workspace.journal().events().kind("run.removed").list().stream()
              .map(event -> requireNonNull(event.about()).name())
              .toList();
      assertThat(removed).containsAll(acknowledged);
      for (String gone : removed) {
        assertThat(tracker.find(gone)).isEmpty();
        assertThat(workspace.artifacts().list("run/" + gone)).isEmpty();
      }
      List<RunView> whole =
          tracker.runs().deleted().list().stream()
              .filter(run -> run.status() == RunStatus.FINISHED)
              .toList();
      for (RunView run : whole) {
        assertThat(tracker.history(run.id(), "loss").rowCount()).isEqualTo(3);
        assertThat(tracker.artifacts(run.id())).hasSize(1);
      }
      tracker.emptyTrash(Duration.ZERO);
      assertThat(tracker.runs().deleted().list()).isEmpty();
      assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
    }
  }

  /** Records and deletes runs, and removes them, until it is killed. */
  static final class Removing {
    private Removing() {}

    public static void main(String[] arguments) {
      try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) {
        ExperimentTracker tracker = ExperimentTracker.of(workspace);
        while (true) {
          for (int i = 0; i < RUNS; i++) {
            RunView run = tracker.experiment("delays").run("a", Removing::record);
            tracker.edit(run.id()).delete();
          }
          tracker.emptyTrash(Duration.ZERO).runs().forEach(System.out::println);
        }
      }
    }

    private static void record(Run run) {
      for (int step = 0; step < 3; step++) {
        run.metric("loss", step, step);
      }
      run.artifact("a.txt", run.id().getBytes(UTF_8));
    }
  }
}
