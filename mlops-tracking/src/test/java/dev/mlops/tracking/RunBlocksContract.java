package dev.mlops.tracking;

import static dev.mlops.tracking.RunQuery.metric;
import static dev.mlops.tracking.RunQuery.param;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Runs that have ended are found in blocks as they are found by their rows. */
abstract class RunBlocksContract {

  private static final int RUNS = 16;

  /** Opens an empty workspace. */
  abstract Workspace open();

  private static long blocks(Workspace workspace) {
    return workspace
        .database()
        .read(
            session ->
                session
                    .first("SELECT COUNT(*) AS n FROM mlops_run_blocks", row -> row.number("n"))
                    .orElseThrow());
  }

  private static int pack(Workspace workspace, int runs) {
    return new RunPacker(workspace.database(), workspace.project(), runs, 4 * runs).pack();
  }

  @Test
  void areFoundAsByTheirRows() {
    for (long seed = 1; seed <= 5; seed++) {
      try (Workspace workspace = open()) {
        QueryTwin twin = new QueryTwin(ExperimentTracker.of(workspace), seed);
        twin.recordRuns(50);
        assertThat(pack(workspace, 15)).isEqualTo(1);
        twin.compareQueries(30);
        twin.recordRuns(37);
        assertThat(pack(workspace, 15)).isEqualTo(2); // A second one, and both in one.
        assertThat(blocks(workspace)).isEqualTo(1);
        twin.recordRuns(4); // Loose ones.
        twin.compareQueries(30);
      }
    }
  }

  @Test
  void areFoundAsTheyAreAfterAChange() {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      Experiment delays = tracker.experiment("delays");
      for (int i = 0; i < RUNS; i++) {
        int depth = i;
        delays.run("r" + i, run -> run.param("depth", depth));
      }
      assertThat(pack(workspace, RUNS)).isEqualTo(1);
      String third = delays.runs().where(param("depth").equalTo(3)).list().get(0).id();
      try (Run again = tracker.resume(third)) {
        again.metric("auc", 0.9);
        assertThat(delays.runs().where(param("depth").equalTo(3)).count()).isEqualTo(1);
        again.succeed();
      }
      assertThat(delays.runs().count()).isEqualTo(RUNS);
      assertThat(delays.runs().where(metric("auc").exists()).list())
          .extracting(RunView::id)
          .containsExactly(third);
      assertThat(delays.runs().where(metric("auc").missing()).count()).isEqualTo(RUNS - 1);
    }
  }

  @Test
  void areDissolvedWhenHalfOfTheirRunsHaveLeft() {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      Experiment delays = tracker.experiment("delays");
      for (int i = 0; i < RUNS; i++) {
        delays.run("r" + i, run -> {});
      }
      assertThat(pack(workspace, RUNS)).isEqualTo(1);
      for (RunView run : delays.runs().limit(RUNS / 2).list()) {
        tracker.resume(run.id()).succeed();
      }
      assertThat(pack(workspace, RUNS)).isEqualTo(1); // All of them again, in a block of their own.
      assertThat(blocks(workspace)).isEqualTo(1);
      assertThat(delays.runs().count()).isEqualTo(RUNS);
    }
  }

  @Test
  void holdNoRunThatSomebodyRecords() {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      Experiment delays = tracker.experiment("delays");
      for (int i = 1; i < RUNS; i++) {
        delays.run("r" + i, run -> {});
      }
      try (Run open = delays.start("open");
          Run other = tracker.resume(open.id())) {
        open.succeed();
        assertThat(pack(workspace, RUNS)).isZero();
        other.succeed();
      }
      assertThat(pack(workspace, RUNS)).isEqualTo(1);
    }
  }

  @Test
  void areMadeByTheTrackersThreadAfterTheRunThatFillsOne() {
    try (Workspace workspace = open()) {
      List<Runnable> seconds = new ArrayList<>();
      ExperimentTracker tracker =
          ExperimentTracker.of(
              workspace,
              work -> {
                seconds.add(work);
                return () -> {};
              },
              ExperimentTracker.ALIVE);
      Experiment delays = tracker.experiment("delays");
      for (int i = 1; i < RunPacker.SMALL; i++) {
        delays.run("r", run -> {});
      }
      seconds.get(0).run();
      assertThat(blocks(workspace)).isZero();
      delays.run("last", run -> {});
      assertThat(blocks(workspace)).as("packed by who ends a run").isZero();
      seconds.get(seconds.size() - 1).run();
      assertThat(blocks(workspace)).isEqualTo(1);
      assertThat(delays.runs().count()).isEqualTo(RunPacker.SMALL);
    }
  }

  @Test
  void missNoRunWhileOthersArePackedAndResumed() throws Exception {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      Experiment delays = tracker.experiment("delays");
      for (int i = 0; i < 64; i++) {
        delays.run("r" + i, run -> {});
      }
      List<String> ids = delays.runs().list().stream().map(RunView::id).toList();
      CountDownLatch searched = new CountDownLatch(200);
      ExecutorService writer = Executors.newSingleThreadExecutor();
      try {
        Future<?> writes =
            writer.submit(
                () -> {
                  for (int i = 0; searched.getCount() > 0; i++) {
                    tracker.resume(ids.get(i % ids.size())).succeed();
                    pack(workspace, 1 + i % 7);
                  }
                });
        while (searched.getCount() > 0) {
          assertThat(delays.runs().list()).extracting(RunView::id).containsExactlyElementsOf(ids);
          searched.countDown();
        }
        writes.get();
      } finally {
        writer.shutdownNow();
      }
    }
  }

  @Test
  void tellOfAChangedBit() {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      for (int i = 0; i < RUNS; i++) {
        tracker.experiment("delays").run("r", run -> run.param("depth", 6));
      }
      assertThat(pack(workspace, RUNS)).isEqualTo(1);
      Database database = workspace.database();
      byte[] packed =
          database.read(
              session ->
                  session
                      .first(
                          "SELECT packed FROM mlops_run_columns WHERE kind = 'param'",
                          row -> row.bytes("packed"))
                      .orElseThrow());
      packed[5] ^= 1;
      int changed =
          database.transaction(
              session ->
                  session.update(
                      "UPDATE mlops_run_columns SET packed = ? WHERE kind = 'param'", packed));
      assertThat(changed).isEqualTo(1);
      RunQuery query = tracker.runs().where(param("depth").equalTo(6));
      assertThatThrownBy(query::count)
          .isInstanceOf(StorageException.class)
          .hasMessage("stored columns of runs are damaged; put back a copy of the database");
    }
  }
}
