package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Event;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deleted runs that are removed for good. */
abstract class TrashContract {

  private static final Duration MONTH = Duration.ofDays(30);

  private final TestClock clock = TestClock.at(Instant.parse("2001-02-28T12:00:00Z"));
  private Workspace workspace;
  private ExperimentTracker tracker;
  private Experiment delays;

  /** Opens an empty workspace. */
  abstract Workspace open(Clock time);

  @BeforeEach
  void openTracker() {
    workspace = open(clock);
    tracker = ExperimentTracker.of(workspace);
    delays = tracker.experiment("delays");
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private static void record(Run run) {
    run.param("depth", 6);
    run.tag("team", "risk");
    run.metric("auc", 0.8);
    for (int step = 0; step < 3; step++) {
      run.metric("loss", step, step);
    }
    run.input("training", Digest.of("rows".getBytes(UTF_8)));
    run.artifact("own.txt", run.name().getBytes(UTF_8));
    run.artifact("shared.txt", "the same".getBytes(UTF_8));
  }

  private void pack() {
    assertThat(new RunPacker(workspace.database(), workspace.project(), 1, 4).pack()).isPositive();
  }

  private List<RunView> preview(Duration olderThan) {
    return tracker.previewTrash(olderThan).runs().stream().map(tracker::get).toList();
  }

  private static List<String> names(List<RunView> runs) {
    return runs.stream().map(RunView::name).toList();
  }

  @Test
  void onlyWhatWasDeletedLongAgoIsRemoved() {
    RunView kept = delays.run("kept", TrashContract::record);
    RunView old = delays.run("old", TrashContract::record);
    RunView late = delays.run("late", TrashContract::record);
    tracker.edit(old.id()).delete();
    clock.advance(MONTH);
    tracker.edit(late.id()).delete();
    pack();
    assertThat(names(preview(MONTH))).containsExactly("old");
    assertThat(tracker.previewTrash(MONTH).kept()).isEmpty();
    assertThat(names(tracker.runs().deleted().list())).containsExactly("late", "old");

    assertThat(tracker.emptyTrash(MONTH).runs()).containsExactly(old.id());
    assertThat(tracker.find(old.id())).isEmpty();
    assertThatThrownBy(() -> tracker.edit(old.id()).restore())
        .isInstanceOf(NotFoundException.class);
    assertThat(workspace.artifacts().list("run/" + old.id())).isEmpty();
    assertThat(names(tracker.runs().deleted().list())).containsExactly("late");
    assertThat(names(delays.runs().list())).containsExactly("kept");
    assertThat(workspace.artifacts().collectGarbage(Duration.ZERO).contents()).isEqualTo(1);
    assertThat(tracker.verify(kept.id()).intact()).isTrue();
    assertThat(tracker.verify(late.id()).intact()).isTrue();
    assertThat(tracker.emptyTrash(MONTH).runs()).isEmpty();
    assertThat(workspace.journal().events().about("run", old.id()).list())
        .extracting(Event::kind)
        .containsExactly("run.started", "run.finished", "run.deleted", "run.removed");
  }

  @Test
  void nothingOfARemovedRunStaysInTheTables() {
    RunView run = delays.run("a", TrashContract::record);
    tracker.resume(run.id()).close();
    pack();
    tracker.edit(run.id()).delete();
    assertThat(tracker.emptyTrash(Duration.ZERO).runs()).containsExactly(run.id());
    Database database = workspace.database();
    for (String table :
        List.of(
            "mlops_runs",
            "mlops_run_params",
            "mlops_run_tags",
            "mlops_run_inputs",
            "mlops_run_seals",
            "mlops_run_metrics",
            "mlops_metric_segments",
            "mlops_metric_writes",
            "mlops_run_writers",
            "mlops_run_left",
            "mlops_run_blocks",
            "mlops_run_columns")) {
      List<Long> rows =
          database.read(
              session -> session.list("SELECT 1 AS one FROM " + table, row -> row.number("one")));
      assertThat(rows).as(table).isEmpty();
    }
  }

  @Test
  void aRunStaysAsLongAsANestedOneDoes() {
    RunView outer = delays.run("outer", run -> run.nested("inner", inner -> {}));
    RunView inner = tracker.runs().under(outer.id()).list().get(0);
    tracker.edit(outer.id()).delete();
    assertThat(preview(Duration.ZERO)).isEmpty();
    assertThat(tracker.previewTrash(Duration.ZERO).kept())
        .containsExactly(Map.entry(outer.id(), "run " + inner.id() + " is nested in it and stays"));
    assertThat(tracker.emptyTrash(Duration.ZERO).runs()).isEmpty();
    tracker.edit(inner.id()).delete();
    assertThat(names(preview(Duration.ZERO))).containsExactly("inner", "outer");
    assertThat(tracker.emptyTrash(Duration.ZERO).runs()).containsExactly(inner.id(), outer.id());
  }

  @Test
  void aRunThatIsRecordedStays() {
    try (Run run = delays.start("a")) {
      delays.delete();
      assertThat(tracker.previewTrash(Duration.ZERO))
          .hasToString("would remove 0 runs, 0 experiments and 0 artifacts; 1 deleted run kept");
      assertThat(tracker.previewTrash(Duration.ZERO).kept())
          .containsExactly(Map.entry(run.id(), "a process records it"));
      assertThat(tracker.emptyTrash(Duration.ZERO).runs()).isEmpty();
    }
    assertThat(tracker.emptyTrash(Duration.ZERO).runs()).hasSize(1);
  }
}
