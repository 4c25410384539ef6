package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.journal.Event;
import dev.mlops.journal.Verification;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a run is told waits in memory, and runs that end before they are stored come at once. */
abstract class WaitingRunsContract {

  private static final int THREADS = 16;
  private static final int RUNS = 25;

  private Workspace workspace;
  private ExperimentTracker tracker;
  private ExperimentTracker other;
  private Experiment delays;

  /** Opens an empty workspace. */
  abstract Workspace open();

  @BeforeEach
  void openTrackers() {
    workspace = open();
    // Nothing is stored by time here.
    tracker = ExperimentTracker.of(workspace, work -> () -> {}, ExperimentTracker.ALIVE);
    other = ExperimentTracker.of(workspace);
    delays = tracker.experiment("delays");
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private static void tellAll(Run run) {
    run.params(Map.of("depth", 6, "kind", "gbm"));
    run.tag("team", "ops");
    run.tag("team", "risk");
    run.input("training", "flights", Digest.of("flights".getBytes(UTF_8)));
    run.input("training", "flights", Digest.of("flights".getBytes(UTF_8)));
    run.note("first try");
    run.metric("auc", 0.81);
    run.metric("zero", -0.0);
    run.metric("lost", Double.NaN);
    MetricSeries loss = run.series("loss");
    for (int step = 0; step < 2_500; step++) {
      loss.log(step, step == 1_200 ? Double.POSITIVE_INFINITY : -step);
    }
  }

  private static void assertSame(RunView stored, RunView whole) {
    assertThat(whole.params()).isEqualTo(stored.params()).hasSize(2);
    assertThat(whole.tags()).isEqualTo(stored.tags()).containsExactly(Map.entry("team", "risk"));
    assertThat(whole.inputs()).isEqualTo(stored.inputs()).hasSize(1);
    assertThat(whole.note()).isEqualTo(stored.note()).isEqualTo("first try");
    assertThat(whole.environment()).isEqualTo(stored.environment()).isNotNull();
    assertThat(whole.metrics().keySet()).isEqualTo(stored.metrics().keySet()).hasSize(4);
    stored
        .metrics()
        .forEach(
            (name, summary) -> {
              MetricSummary same = whole.summary(name);
              assertThat(same.count()).isEqualTo(summary.count());
              assertThat(same.latest().value()).isEqualTo((Double) summary.latest().value());
              assertThat(same.min().value()).isEqualTo((Double) summary.min().value());
              assertThat(same.max().value()).isEqualTo((Double) summary.max().value());
            });
  }

  @Test
  void aRunThatEndsAtOnceIsTheSameAsOneThatWasStoredBefore() {
    Run before = delays.start("stored");
    before.flush();
    tellAll(before);
    before.succeed();
    RunView stored = tracker.get(before.id());
    RunView whole = delays.run("whole", WaitingRunsContract::tellAll);
    assertSame(stored, whole);
    assertThat(tracker.history(whole.id(), "loss").doubles("value").toArray())
        .isEqualTo(tracker.history(stored.id(), "loss").doubles("value").toArray());
    for (RunView run : List.of(stored, whole)) {
      assertThat(tracker.verify(run.id()).changes()).isEmpty();
      assertThat(tracker.verify(run.id()).intact()).isTrue();
      List<Event> events = workspace.journal().events().about("run", run.id()).list();
      assertThat(events).extracting(Event::kind).containsExactly("run.started", "run.finished");
      assertThat(events.get(0).details()).containsEntry("started", run.start().toString());
      assertThat(events.get(1).details()).containsKey("seal");
      assertThat(events.get(1).subjects()).hasSize(1);
    }
    assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
  }

  @Test
  void aFailureIsSealedToo() {
    assertThatThrownBy(
            () ->
                delays.run(
                    "gbm",
                    run -> {
                      throw new IllegalStateException("no data");
                    }))
        .hasMessage("no data");
    RunView failed = delays.runs().first().orElseThrow();
    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(tracker.verify(failed.id()).intact()).isTrue();
  }

  @Test
  void manyThreadsEndManyRunsAndNoneIsLost() throws Exception {
    Set<String> ended = new HashSet<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<List<String>>> all = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int number = thread;
        all.add(threads.submit(() -> runs(number)));
      }
      for (Future<List<String>> one : all) {
        ended.addAll(one.get());
      }
    } finally {
      threads.shutdownNow();
    }
    List<RunView> found = delays.runs().list();
    assertThat(ended).hasSize(THREADS * RUNS);
    assertThat(found).extracting(RunView::id).containsExactlyInAnyOrderElementsOf(ended);
    assertThat(found)
        .allSatisfy(
            run -> {
              assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
              assertThat(run.params()).containsEntry("name", run.name());
              assertThat(run.metric("auc")).isEqualTo(Double.parseDouble(run.name()));
            });
    assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
  }

  private List<String> runs(int thread) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      String name = Integer.toString(thread * RUNS + i);
      try (Run run = delays.start(name)) {
        run.param("name", name);
        run.metric("auc", thread * RUNS + i);
        run.succeed();
        ids.add(run.id());
      }
    }
    return ids;
  }

  @Test
  void theSameTrackerSeesWhatARunWasToldAndOthersSeeItOnceItsIdWasAsked() {
    Run run = delays.start("gbm");
    run.param("depth", 6);
    assertThat(other.experiment("delays").runs().count()).isZero();
    RunView own = delays.runs().first().orElseThrow();
    assertThat(own.params()).containsEntry("depth", "6");
    assertThat(own.status()).isEqualTo(RunStatus.RUNNING);
    Run second = delays.start("forest");
    assertThat(other.get(second.id()).name()).isEqualTo("forest");
    run.succeed();
    second.succeed();
  }

  @Test
  void aSynchronousTrackerStoresEachThingWhenItIsTold() {
    Run run = tracker.synchronous().experiment("delays").start("gbm");
    RunQuery seen = other.experiment("delays").runs();
    assertThat(seen.count()).isOne();
    run.param("depth", 6);
    run.tag("team", "ops");
    run.metric("auc", 0.8);
    run.note("first try");
    RunView view = seen.first().orElseThrow();
    assertThat(view.params()).containsEntry("depth", "6");
    assertThat(view.tags()).containsEntry("team", "ops");
    assertThat(view.metric("auc")).isEqualTo(0.8);
    assertThat(view.note()).isEqualTo("first try");
    run.succeed();
  }

  @Test
  void aParamThatAnotherRecorderWroteFirstStaysAndTheOtherIsTold() {
    Run run = delays.start("gbm");
    Run same = other.resume(run.id());
    same.param("depth", 6);
    same.flush();
    run.params(Map.of("depth", 7, "rate", 0.1));
    assertThatThrownBy(run::succeed)
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "param 'depth' of run 'gbm' is '6' and cannot become '7'; use a tag for what changes");
    same.succeed();
    RunView view = tracker.get(run.id());
    assertThat(view.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(view.params()).containsOnly(Map.entry("depth", "6"), Map.entry("rate", "0.1"));
  }

  @Test
  void aBatchIsTakenWholeOrNotAtAll() {
    Run run = delays.start("gbm");
    run.param("depth", 6);
    assertThatThrownBy(
            () ->
                run.log(
                    batch ->
                        batch.param("rate", 0.1).param("depth", 7).tag("a", "b").metric("auc", 1)))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "param 'depth' of run 'gbm' is '6' and cannot become '7'; use a tag for what changes");
    assertThatThrownBy(() -> run.log(batch -> batch.param("rate", 0.1).tag("", "empty name")))
        .isInstanceOf(IllegalArgumentException.class);
    RunView before = tracker.get(run.id());
    assertThat(before.params()).containsOnlyKeys("depth");
    assertThat(before.tags()).isEmpty();
    assertThat(before.metrics()).isEmpty();
    run.log(
        batch -> {
          batch.param("rate", 0.1).param("depth", 6.0).tag("team", "risk").metric("auc", 0.8);
          for (int step = 0; step < 1_500; step++) {
            batch.metric("loss", step, step);
          }
        });
    run.flush();
    RunView after = tracker.get(run.id());
    assertThat(after.params()).containsOnlyKeys("depth", "rate");
    assertThat(after.tags()).containsEntry("team", "risk");
    assertThat(after.summary("loss").count()).isEqualTo(1_500);
    assertThat(after.metric("auc")).isEqualTo(0.8);
    run.succeed();
    assertThatThrownBy(() -> run.log(batch -> batch.metric("auc", 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cannot log a batch: run 'gbm' has ended as FINISHED");
  }

  @Test
  void aRunOfADeletedExperimentWaitsUntilThatIsRestored() {
    delays.run("first", run -> {});
    other.experiment("delays").delete();
    Run run = delays.start("second");
    run.metric("auc", 0.8);
    assertThatThrownBy(run::succeed)
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "experiment 'delays' is deleted, and its name stays its own; restore() it, or take another name");
    other.experiment("delays").restore();
    run.close();
    assertThat(delays.runs().first().orElseThrow().metric("auc")).isEqualTo(0.8);
  }

  @Test
  void aRunThatCannotBeStoredStopsNoOther() throws Exception {
    delays.run("first", run -> {});
    Experiment good = tracker.experiment("good").create();
    other.experiment("delays").delete();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Experiment experiment = thread % 4 == 0 ? delays : good;
        all.add(threads.submit(() -> isStored(experiment)));
      }
      int stored = 0;
      for (Future<Boolean> one : all) {
        stored += one.get() ? 1 : 0;
      }
      assertThat(stored).isEqualTo(THREADS - THREADS / 4);
    } finally {
      threads.shutdownNow();
    }
    assertThat(good.runs().count()).isEqualTo(THREADS - THREADS / 4);
    other.experiment("delays").restore();
  }

  private static boolean isStored(Experiment experiment) {
    Run run = experiment.start("one");
    try {
      run.succeed();
      return true;
    } catch (ConflictException deleted) {
      return false;
    }
  }
}
