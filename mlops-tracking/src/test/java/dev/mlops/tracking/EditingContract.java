package dev.mlops.tracking;

import static dev.mlops.tracking.RunQuery.tag;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Experiments and runs that are changed, deleted and restored, packed in blocks or not. */
abstract class EditingContract {

  private Workspace workspace;
  private ExperimentTracker tracker;
  private Experiment delays;

  /** Opens an empty workspace. */
  abstract Workspace open();

  @BeforeEach
  void openTracker() {
    workspace = open();
    tracker = ExperimentTracker.of(workspace);
    delays = tracker.experiment("delays");
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private void pack() {
    assertThat(new RunPacker(workspace.database(), workspace.project(), 1, 4).pack()).isPositive();
  }

  private static List<String> names(RunQuery query) {
    return query.list().stream().map(RunView::name).toList();
  }

  @Test
  void anExperimentIsCreatedRenamedTaggedAndNoted() {
    assertThat(delays.exists()).isFalse();
    assertThatThrownBy(delays::get)
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no experiment 'delays' in project 'default'; there is none yet");
    delays.create().create();
    delays.tag("team", "risk");
    delays.tag("team", "ops");
    delays.tag("stage", "try");
    delays.note("first try");
    delays.run("a", run -> {});
    Experiment late = delays.rename("late");
    assertThat(late.get().tags())
        .containsExactly(Map.entry("stage", "try"), Map.entry("team", "ops"));
    assertThat(late.get().note()).isEqualTo("first try");
    assertThat(late.get().changed()).isAfterOrEqualTo(late.get().created());
    assertThat(late.runs().list().get(0).experiment()).isEqualTo("late");
    assertThat(delays.exists()).isFalse();
    late.untag("stage");
    assertThatThrownBy(() -> late.untag("stage"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no tag 'stage' of experiment 'late'; found: [team]");
    tracker.experiment("other").create();
    assertThatThrownBy(() -> late.rename("other"))
        .isInstanceOf(ConflictException.class)
        .hasMessage("experiment 'late' cannot become 'other', as there is one of that name");
  }

  @Test
  void aDeletedExperimentKeepsItsNameAndRuns() {
    RunView alone = delays.run("deleted alone", run -> {});
    delays.run("kept", run -> {});
    tracker.edit(alone.id()).delete();
    pack();
    delays.delete();
    delays.delete();
    assertThat(tracker.experiments()).isEmpty();
    assertThat(tracker.deletedExperiments()).extracting(Experiment::name).containsExactly("delays");
    assertThat(delays.get().deleted()).isNotNull();
    assertThat(names(tracker.runs())).isEmpty();
    assertThat(names(tracker.runs().deleted())).containsExactly("kept", "deleted alone");
    assertThat(names(delays.runs().withDeleted())).containsExactly("kept", "deleted alone");
    assertThat(tracker.get(alone.id()).deleted()).isNotNull();
    assertThatThrownBy(() -> delays.start("new"))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "experiment 'delays' is deleted, and its name stays its own; restore() it, or take another name");
    assertThatThrownBy(() -> tracker.edit(alone.id()).restore())
        .isInstanceOf(ConflictException.class)
        .hasMessage("run " + alone.id() + " is of a deleted experiment; restore() that first");
    assertThatThrownBy(() -> tracker.experiment("late").create().rename("delays"))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "experiment 'late' cannot become 'delays', as there is one of that name, which is deleted; restore and rename it first");
    delays.restore();
    assertThat(names(delays.runs())).containsExactly("kept");
    assertThat(names(delays.runs().deleted())).containsExactly("deleted alone");
  }

  /** A noun that has looked its experiment up knows of no deletion by another process. */
  @Test
  void noRunStartsInAnExperimentThatAnotherHasDeleted() {
    delays.run("a", run -> {});
    tracker.experiment("delays").delete();
    assertThatThrownBy(() -> delays.start("b"))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "experiment 'delays' is deleted, and its name stays its own; restore() it, or take another name");
    assertThat(names(tracker.runs().withDeleted())).containsExactly("a");
  }

  @Test
  void aRunIsTaggedNotedAndRenamedAfterItsEnd() {
    RunView run = delays.run("a", open -> open.tag("team", "risk"));
    pack();
    tracker.edit(run.id()).tag("team", "ops").tag("seen", "yes").note("good").rename("best");
    RunView after = tracker.get(run.id());
    assertThat(after.tags()).hasSize(2).containsEntry("team", "ops").containsEntry("seen", "yes");
    assertThat(after.note()).isEqualTo("good");
    assertThat(names(delays.runs().where(tag("team").equalTo("ops")))).containsExactly("best");
    assertThat(names(delays.runs().where(tag("team").equalTo("risk")))).isEmpty();
    assertThat(tracker.verify(run.id()).intact()).isTrue();
    tracker.edit(run.id()).untag("seen");
    assertThatThrownBy(() -> tracker.edit(run.id()).untag("seen"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no tag 'seen' of run " + run.id() + "; found: [team]");
    assertThatThrownBy(() -> tracker.edit("none").note("x"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith("no run 'none' in project 'default'; ");
  }

  @Test
  void aDeletedRunTakesNothingUntilItIsRestored() {
    RunView run = delays.run("a", open -> {});
    delays.run("b", open -> {});
    pack();
    RunEditor editor = tracker.edit(run.id()).delete().delete();
    assertThat(names(delays.runs())).containsExactly("b");
    assertThat(names(delays.runs().deleted())).containsExactly("a");
    assertThat(delays.runs().count()).isEqualTo(1);
    String deleted = "run " + run.id() + " is deleted; restore() it first";
    assertThatThrownBy(() -> editor.tag("a", "b"))
        .isInstanceOf(ConflictException.class)
        .hasMessage(deleted);
    assertThatThrownBy(() -> tracker.resume(run.id()))
        .isInstanceOf(ConflictException.class)
        .hasMessage(deleted);
    editor.restore().restore().tag("a", "b");
    assertThat(names(delays.runs())).containsExactly("b", "a");
    assertThat(workspace.journal().events().about("run", run.id()).list())
        .extracting(Event::kind)
        .containsExactly("run.started", "run.finished", "run.deleted", "run.restored");
  }

  @Test
  void aRunThatNobodyRecordsIsEnded() {
    try (Run open = delays.start("a")) {
      RunEditor editor = tracker.edit(open.id());
      assertThatThrownBy(() -> editor.end(RunStatus.KILLED))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "run "
                  + open.id()
                  + " is being recorded by a process, which ends it, or is found dead");
      assertThatThrownBy(() -> editor.end(RunStatus.RUNNING))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a run cannot end as RUNNING; resume('" + open.id() + "') goes on with one");
      int gone =
          workspace
              .database()
              .transaction(session -> session.update("DELETE FROM mlops_run_writers"));
      assertThat(gone).isEqualTo(1);
      editor.end(RunStatus.FAILED);
      assertThat(tracker.get(open.id()).status()).isEqualTo(RunStatus.FAILED);
      assertThat(tracker.verify(open.id()).intact()).isTrue();
      assertThatThrownBy(() -> editor.end(RunStatus.FINISHED))
          .isInstanceOf(ConflictException.class)
          .hasMessage("run " + open.id() + " has ended as FAILED");
    }
  }

  @Test
  void theTrashIsEmptiedOfWhatWasDeletedAndOfNothingElse() throws Exception {
    byte[] shared = "late by the hour".getBytes(UTF_8);
    RunView kept = delays.run("kept", run -> run.artifact("report.txt", shared));
    RunView gone =
        delays.run(
            "gone",
            run -> {
              run.param("depth", 6);
              run.tag("team", "risk");
              run.input("training", "flights", Digest.of(shared));
              run.metric("loss", 1, 0.5);
              run.metric("loss", 2, 0.4);
              run.artifact("report.txt", shared);
              run.artifact("own.txt", new byte[] {1});
            });
    pack();
    Experiment other = tracker.experiment("other").create();
    other.tag("team", "risk");
    RunView withIt = other.run("with it", run -> run.metric("auc", 1));
    pack();
    tracker.edit(gone.id()).delete();
    other.delete();
    assertThat(tracker.previewTrash(Duration.ofDays(1)))
        .hasToString("would remove 0 runs, 0 experiments and 0 artifacts");
    assertThat(tracker.previewTrash(Duration.ZERO))
        .hasToString("would remove 2 runs, 1 experiment and 2 artifacts");
    assertThat(tracker.find(gone.id())).isPresent();
    TrashReport report = tracker.emptyTrash(Duration.ZERO);
    assertThat(report).hasToString("removed 2 runs, 1 experiment and 2 artifacts");
    assertThat(report.runs()).containsExactlyInAnyOrder(gone.id(), withIt.id());
    assertThat(tracker.find(gone.id())).isEmpty();
    assertThat(names(tracker.runs().withDeleted())).containsExactly("kept");
    assertThat(tracker.deletedExperiments()).isEmpty();
    assertThat(tracker.artifacts(kept.id())).hasSize(1);
    assertThat(tracker.verify(kept.id()).intact()).isTrue();
    for (String table :
        List.of(
            "mlops_run_params", "mlops_run_tags", "mlops_run_inputs", "mlops_metric_segments")) {
      assertThat(rows(table)).as(table).isZero();
    }
    assertThat(workspace.journal().events().about("run", gone.id()).list())
        .extracting(Event::kind)
        .endsWith("run.deleted", "run.removed");
    tracker.experiment("other").create(); // Its name is free again.
    assertThat(tracker.emptyTrash(Duration.ZERO))
        .hasToString("removed 0 runs, 0 experiments and 0 artifacts");
    assertThatThrownBy(() -> tracker.emptyTrash(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("olderThan must not be negative: -1 second");
    assertThatThrownBy(() -> tracker.emptyTrash(Duration.ofDays(1_000_000_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("olderThan must be at most 36,500 days: 1,000,000,000 days");
  }

  private long rows(String table) {
    return workspace
        .database()
        .read(
            session ->
                session
                    .first("SELECT COUNT(*) AS n FROM " + table, row -> row.number("n"))
                    .orElseThrow());
  }

  @Test
  void deletedRunsAreAskedForOnce() {
    assertThatThrownBy(() -> tracker.runs().deleted().withDeleted())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("withDeleted() says of deleted runs what another option says: deleted()");
    assertThat(tracker.runs().withDeleted()).hasToString("runs, deleted too");
    assertThat(tracker.runs().deleted()).hasToString("runs, deleted");
  }
}
