package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.storage.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A run that is read from its card is the same as one that is read from its rows. */
abstract class RunCardsContract {

  private static final int RUNS = 40;
  private static final int STEPS = 150;

  /** Opens an empty workspace. */
  abstract Workspace open();

  private static void pack(Workspace workspace) {
    new RunPacker(workspace.database(), workspace.project(), 5, 4 * RUNS).pack();
  }

  private static long cards(Workspace workspace) {
    return workspace
        .database()
        .read(
            session ->
                session
                    .first("SELECT COUNT(*) AS n FROM mlops_run_cards", row -> row.number("n"))
                    .orElseThrow());
  }

  private static List<RunView> all(ExperimentTracker tracker) {
    return tracker.runs().withDeleted().list();
  }

  /** The obvious twin: the same runs without any card. */
  private static void assertSameAsRows(Workspace workspace, ExperimentTracker tracker) {
    List<RunView> seen = all(tracker);
    workspace.database().transaction(session -> session.update("DELETE FROM mlops_run_cards"));
    assertThat(seen).isNotEmpty().isEqualTo(all(tracker));
  }

  @Test
  void everyFieldIsThatOfTheRows() {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      new QueryTwin(tracker, 7).recordRuns(RUNS);
      tracker
          .experiment("twin")
          .run(
              "inputs",
              run -> {
                run.input("training", "b", Digest.of("b".getBytes(StandardCharsets.UTF_8)));
                run.input("test", "a", Digest.of("a".getBytes(StandardCharsets.UTF_8)));
                run.note("noted");
              });
      List<RunView> before = all(tracker);
      pack(workspace);
      assertThat(cards(workspace)).isEqualTo(RUNS + 1);
      assertThat(all(tracker)).isEqualTo(before);
      assertSameAsRows(workspace, tracker);
    }
  }

  @Test
  void theCardIsWhatIsRead() {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      for (int i = 0; i < RUNS; i++) {
        tracker.experiment("delays").run("r", run -> run.param("depth", 6));
      }
      pack(workspace);
      workspace
          .database()
          .transaction(session -> session.update("UPDATE mlops_run_params SET as_text = '7'"));
      assertThat(tracker.runs().first().orElseThrow().param("depth")).isEqualTo("6");
    }
  }

  @Test
  void whoChangesARunTakesItsCardAway() {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      QueryTwin twin = new QueryTwin(tracker, 8).recordRuns(RUNS);
      Random random = new Random(9);
      for (int step = 0; step < STEPS; step++) {
        if (step % 30 == 0) {
          pack(workspace);
          assertThat(cards(workspace)).isPositive();
        }
        List<RunView> runs = all(tracker);
        change(tracker, runs.get(random.nextInt(runs.size())), random.nextInt(6), step);
        if (step % 10 == 9) {
          List<RunView> seen = all(tracker);
          workspace
              .database()
              .transaction(
                  session -> {
                    assertThat(new ReadByRows(session).sameAs(seen)).isTrue();
                    return true;
                  });
        }
      }
      twin.recordRuns(3);
      assertSameAsRows(workspace, tracker);
    }
  }

  /** The rows of the database beside what was read of it. */
  private record ReadByRows(Session session) {

    boolean sameAs(List<RunView> seen) {
      for (RunView run : seen) {
        long key =
            session
                .first("SELECT id FROM mlops_runs WHERE uid = ?", row -> row.number("id"), run.id())
                .orElseThrow();
        RunDetails rows = RunDetails.ofRows(session, List.of(key)).get(key);
        assertThat(new RunDetails(run.params(), run.metrics(), run.tags(), run.inputs()))
            .isEqualTo(rows);
      }
      return true;
    }
  }

  private static void change(ExperimentTracker tracker, RunView run, int what, int step) {
    RunEditor edit = tracker.edit(run.id());
    if (run.deleted() != null) {
      edit.restore();
      return;
    }
    switch (what) {
      case 0 -> edit.tag("t", "changed " + step);
      case 1 -> edit.tag("later", "tagged " + step);
      case 2 -> edit.rename("renamed " + step);
      case 3 -> edit.delete();
      default -> {
        try (Run again = tracker.resume(run.id())) {
          again.metric("m", 10 + step, step);
          again.succeed();
        }
      }
    }
  }

  @Test
  void aRemovedRunLeavesNoCard() {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      new QueryTwin(tracker, 10).recordRuns(RUNS);
      pack(workspace);
      List<RunView> runs = all(tracker);
      runs.subList(0, 10).forEach(run -> tracker.edit(run.id()).delete());
      pack(workspace); // Deleted runs are packed too.
      assertThat(tracker.emptyTrash(Duration.ZERO).runs()).hasSize(10);
      assertThat(cards(workspace)).isBetween(1L, RUNS - 10L);
      assertThat(tracker.find(runs.get(0).id())).isEmpty();
      assertSameAsRows(workspace, tracker);
    }
  }
}
