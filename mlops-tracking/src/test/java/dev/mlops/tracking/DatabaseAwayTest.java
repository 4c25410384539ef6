package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.environment.Environment;
import dev.mlops.error.ConflictException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.FaultyDataSource;
import dev.mlops.testkit.FaultyDataSource.Call;
import dev.mlops.testkit.TestDatabases;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The seconds of the timer are told by hand here. */
class DatabaseAwayTest {

  private final FaultyDataSource source = FaultyDataSource.over(TestDatabases.h2DataSource());
  private final List<Runnable> ticks = new ArrayList<>();
  private Workspace workspace;
  private ExperimentTracker tracker;
  private Run run;

  @BeforeEach
  void start() {
    workspace =
        Workspace.builder()
            .database(Database.over(source))
            .artifactStore(ArtifactStore.inMemory())
            .open();
    tracker =
        ExperimentTracker.of(
            workspace,
            work -> {
              ticks.add(work);
              return ticks::clear;
            },
            ExperimentTracker.ALIVE);
    run = tracker.experiment("delays").start("gbm");
  }

  private void seconds(int number) {
    IntStream.range(0, number).forEach(second -> List.copyOf(ticks).forEach(Runnable::run));
  }

  private void away() {
    source.failUntilHealed(
        Call.CONNECT, () -> new SQLTransientConnectionException("the database is away"));
  }

  private static void log(MetricSeries series, int points) {
    IntStream.range(0, points).forEach(step -> series.log(step, 0.5));
  }

  @Test
  void logging_goes_on_and_the_points_are_stored_later() {
    away();
    long before = source.calls(Call.CONNECT);
    log(run.series("loss"), 20_000);
    assertThat(source.calls(Call.CONNECT) - before).as("attempts of the thread that logs").isOne();
    assertThatThrownBy(run::flush).isInstanceOf(StorageException.class);
    source.heal();
    seconds(1);
    assertThat(tracker.history(run.id(), "loss").rowCount()).isEqualTo(20_000);
  }

  @Test
  void attempts_grow_rarer_while_it_stays_away() {
    away();
    run.metric("loss", 0.5);
    long before = source.calls(Call.CONNECT);
    seconds(1 + 1 + 2 + 4 + 8 + 16 + 30 + 30);
    assertThat(source.calls(Call.CONNECT) - before).isEqualTo(8);
    source.heal();
    seconds(30);
    assertThat(tracker.get(run.id()).metric("loss")).isEqualTo(0.5);
  }

  @Test
  void an_error_of_the_driver_ends_nothing() {
    Run other = tracker.experiment("delays").start("other");
    run.metric("loss", 0.5);
    other.metric("loss", 0.25);
    source.failNext(Call.EXECUTE, 1, () -> new OutOfMemoryError("planted"));
    seconds(2);
    assertThat(tracker.get(run.id()).metric("loss")).isEqualTo(0.5);
    assertThat(tracker.get(other.id()).metric("loss")).isEqualTo(0.25);
    source.failNext(Call.EXECUTE, 1, () -> new OutOfMemoryError("planted"));
    log(run.series("acc"), 20_000);
    seconds(2);
    assertThat(tracker.history(run.id(), "acc").rowCount()).isEqualTo(20_000);
  }

  @Test
  void more_than_a_million_points_are_dropped_and_counted() {
    away();
    log(run.series("loss"), 1_000_007);
    source.heal();
    assertThatThrownBy(run::flush)
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "run 'gbm' dropped 7 metric points while the database was away: more than 1000000 were waiting");
    run.flush();
    run.succeed();
    assertThat(tracker.get(run.id()).summary("loss").count()).isEqualTo(1_000_000);
  }

  @Test
  void an_end_that_could_not_be_stored_is_stored_by_close() {
    endWhileAway();
    run.close();
    seconds(1);
    assertEnded();
  }

  @Test
  void an_end_that_could_not_be_stored_is_stored_by_the_timer() {
    endWhileAway();
    seconds(1);
    assertEnded();
  }

  @Test
  void an_end_whose_commit_was_not_heard_of_is_stored_once() {
    run.metric("auc", 0.8);
    run.series("loss").log(1, 0.5);
    run.flush();
    run.series("loss").log(2, 0.25);
    source.failNth(Call.COMMITTED, 2, () -> new SQLException("the connection is lost", "08006"));
    assertThatThrownBy(run::succeed).isInstanceOf(StorageException.class);
    assertThat(tracker.get(run.id()).status()).as("was committed").isEqualTo(RunStatus.FINISHED);
    seconds(1);
    assertEnded();
    assertThat(tracker.history(run.id(), "auc").rowCount()).isEqualTo(1);
    assertThat(tracker.history(run.id(), "loss").longs("step").toArray()).containsExactly(1, 2);
    assertThat(workspace.journal().events().about("run", run.id()).kind("run.finished").list())
        .hasSize(1);
  }

  @Test
  void a_run_that_starts_and_ends_while_it_is_away_is_stored_by_the_timer() {
    away();
    Run other = tracker.experiment("delays").start("other");
    other.param("depth", 6);
    other.tag("team", "ops");
    assertThatThrownBy(other::succeed).isInstanceOf(StorageException.class);
    source.heal();
    seconds(1);
    RunView stored = tracker.get(other.id());
    assertThat(stored.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(stored.params()).containsEntry("depth", "6");
    assertThat(stored.tags()).containsEntry("team", "ops");
    assertThat(tracker.verify(other.id()).intact()).isTrue();
  }

  @Test
  void a_short_run_whose_commit_was_not_heard_of_is_stored_once() {
    run.flush();
    Run other = tracker.experiment("delays").start("other");
    other.metric("auc", 0.8);
    source.failNth(Call.COMMITTED, 1, () -> new SQLException("the connection is lost", "08006"));
    assertThatThrownBy(other::succeed).isInstanceOf(StorageException.class);
    assertThat(tracker.get(other.id()).status()).as("was committed").isEqualTo(RunStatus.FINISHED);
    seconds(1);
    assertThat(tracker.get(other.id()).status()).isEqualTo(RunStatus.FINISHED);
    assertThat(tracker.get(other.id()).summary("auc").count()).isOne();
    assertThat(workspace.journal().events().about("run", other.id()).list()).hasSize(2);
  }

  @Test
  void more_texts_than_memory_is_kept_for_are_dropped_and_counted() {
    away();
    String megabyte = "x".repeat(1 << 20);
    for (int i = 0; i < 70; i++) {
      run.tag("tag-" + i, megabyte);
    }
    source.heal();
    assertThatThrownBy(run::flush)
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "run 'gbm' dropped 7 params, tags or other texts while the database was away: more than 67108864 characters were waiting");
    run.flush();
    run.succeed();
    assertThat(tracker.get(run.id()).tags()).hasSize(63);
  }

  @Test
  void all_that_was_lost_is_said_at_once() {
    String id = run.id();
    try (Run other = tracker.resume(id)) {
      other.params(Map.of("depth", 6, "rate", 0.1));
      other.flush();
      run.params(Map.of("depth", 7, "rate", 0.2));
      away();
      log(run.series("loss"), 1_000_001);
      run.tag("much", "x".repeat(1 << 20));
      for (int i = 0; i < 64; i++) {
        run.tag("tag-" + i, "x".repeat(1 << 20));
      }
      source.heal();
      assertThatThrownBy(run::flush)
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "run 'gbm' dropped 1 metric point while the database was away: more than 1000000 were waiting; "
                  + "run 'gbm' dropped 2 params, tags or other texts while the database was away: more than 67108864 characters were waiting")
          .cause()
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "param 'depth' of run 'gbm' is '6' and cannot become '7'; use a tag for what changes; "
                  + "param 'rate' of run 'gbm' is '0.1' and cannot become '0.2'; use a tag for what changes");
      run.flush();
    }
    run.succeed();
  }

  private void endWhileAway() {
    run.metric("auc", 0.8);
    away();
    assertThatThrownBy(run::succeed).isInstanceOf(StorageException.class);
    source.heal();
  }

  private void assertEnded() {
    RunView view = tracker.get(run.id());
    assertThat(view.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(view.metric("auc")).isEqualTo(0.8);
    assertThat(ticks).as("nothing is left to repeat").isEmpty();
  }

  @Test
  void a_workspace_that_closes_says_what_could_not_be_stored() {
    run.metric("loss", 0.5);
    away();
    assertThatThrownBy(workspace::close)
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith(
            "the workspace closes, and what run 'gbm' recorded could not be stored: ");
    Map<String, ThrowingCallable> told =
        Map.of(
            "log 'loss'", () -> run.metric("loss", 0.5),
            "record params", () -> run.param("depth", 6),
            "set tag 'team'", () -> run.tag("team", "ops"),
            "record an input", () -> run.input("training", Digest.of(new byte[] {1})),
            "write its note", () -> run.note("late"),
            "say its environment", () -> run.environment(Environment.capture()));
    told.forEach(
        (what, call) ->
            assertThatIllegalStateException()
                .isThrownBy(call)
                .withMessage("cannot " + what + ": the workspace of run 'gbm' is closed"));
    assertThatIllegalStateException().isThrownBy(() -> run.log(batch -> batch.metric("loss", 1)));
  }
}
