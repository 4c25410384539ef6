package dev.mlops.tracking.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Exactly;
import dev.mlops.error.NotFoundException;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.Run;
import dev.mlops.tracking.RunQuery;
import dev.mlops.tracking.RunStatus;
import dev.mlops.tracking.RunView;
import dev.mlops.tracking.compare.RerunResult.Outcome;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RerunTest {

  private static final Digest MAY = Digest.of("may".getBytes(UTF_8));
  private static final Digest JUNE = Digest.of("june".getBytes(UTF_8));

  private Workspace workspace;
  private ExperimentTracker tracker;
  private RunView first;

  @BeforeEach
  void record() {
    workspace = Workspace.inMemory();
    tracker = ExperimentTracker.of(workspace);
    first =
        tracker
            .experiment("delays")
            .run(
                "gbm",
                run -> {
                  run.param("seed", 42);
                  run.input("training", "flights", MAY);
                  train(run, 42);
                });
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private static void train(Run run, long seed) {
    Random random = new Random(seed);
    double weight = 0;
    for (int step = 0; step < 100; step++) {
      weight += random.nextGaussian();
      run.metric("weight", step, weight);
    }
    run.artifact("model.txt", Double.toString(weight).getBytes(UTF_8));
  }

  private Rerun rerun() {
    return Rerun.of(tracker, first.id()).input("training", "flights", MAY);
  }

  @Test
  void of_the_same_seed_has_the_same_result_and_is_linked() {
    RerunResult result =
        rerun().run((run, original) -> train(run, Long.parseLong(original.param("seed"))));
    assertThat(result.outcome()).isEqualTo(Outcome.SAME);
    assertThat(result).hasToString("same result");
    assertThat(result.differences()).isEmpty();
    assertThat(result.again().params()).isEqualTo(first.params());
    assertThat(result.again().inputs()).isEqualTo(first.inputs());
    assertThat(tracker.runs().where(RunQuery.tag(Rerun.TAG).equalTo(first.id())).list())
        .extracting(RunView::id)
        .containsExactly(result.again().id());
    assertThat(tracker.verify(result.again().id()).intact()).isTrue();
  }

  @Test
  void of_another_seed_differs_from_the_first_step_on() {
    RerunResult result = rerun().run((run, original) -> train(run, 43));
    assertThat(result.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(result.differences())
        .extracting(RerunResult.Difference::part)
        .containsExactly("metric weight", "artifact model.txt");
    assertThat(result.differences().get(0).step()).isZero();
    assertThat(result.toString()).startsWith("another result: metric weight at step 0: ");
  }

  @Test
  void near_the_first_is_the_same_within_a_tolerance_only() {
    Rerun.Trainer<RuntimeException> nearly =
        (run, original) -> {
          train(run, 42);
          run.metric("weight", 100, 1);
        };
    RunView longer =
        tracker
            .experiment("delays")
            .run(
                "gbm",
                run -> {
                  train(run, 42);
                  run.metric("weight", 100, 1.0 + 1e-12);
                });
    assertThat(Rerun.of(tracker, longer.id()).run(nearly).outcome()).isEqualTo(Outcome.DIFFERENT);
    RerunResult result = Rerun.of(tracker, longer.id()).tolerance(1e-9).run(nearly);
    assertThat(result.outcome()).isEqualTo(Outcome.SAME_WITHIN_TOLERANCE);
    assertThat(result)
        .hasToString(
            "same within tolerance: metric weight at step 100: 1.000000000001 and 1, 4,504 ulps apart");
  }

  @Test
  void names_the_metric_that_differs_at_the_earliest_step_first() {
    RunView two = measured("two", 1, 1, 1);
    RerunResult result =
        Rerun.of(tracker, two.id())
            .run(
                (run, original) -> {
                  run.metric("a", 7, 2);
                  run.metric("b", 3, 2);
                });
    assertThat(result.differences())
        .extracting(RerunResult.Difference::part)
        .containsExactly("metric seconds", "metric b", "metric a");
    assertThat(result.differences().get(0)).hasToString("metric seconds at step 0: 1 and nothing");
  }

  private RunView measured(String name, double a, double b, double seconds) {
    return tracker
        .experiment("delays")
        .run(
            name,
            run -> {
              run.metric("a", 7, a);
              run.metric("b", 3, b);
              run.metric("seconds", seconds);
            });
  }

  @Test
  void leaves_out_what_is_ignored_and_refuses_what_it_does_not_know() {
    RunView timed = measured("timed", 1, 1, 1);
    RerunResult result =
        Rerun.of(tracker, timed.id())
            .ignoring("seconds")
            .run(
                (run, original) -> {
                  run.metric("a", 7, 1);
                  run.metric("b", 3, 1);
                  run.metric("seconds", 5);
                });
    assertThat(result.outcome()).isEqualTo(Outcome.SAME);
    assertThatThrownBy(() -> Rerun.of(tracker, timed.id()).ignoring("second"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no metric 'second' in run 'timed'; found: [a, b, seconds]");
  }

  @Test
  void without_metrics_and_artifacts_has_nothing_to_compare() {
    RunView bare = tracker.experiment("delays").run("bare", run -> {});
    RerunResult result = Rerun.of(tracker, bare.id()).run((run, original) -> {});
    assertThat(result.outcome()).isEqualTo(Outcome.NOTHING_TO_COMPARE);
    assertThat(result).hasToString("nothing to compare: no metric that counts and no artifact");
  }

  @Test
  void refuses_another_data_set_by_name() {
    Rerun rerun = Rerun.of(tracker, first.id());
    assertThatThrownBy(() -> rerun.input("training", "flights", JUNE))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "input training/flights is another data set than the one of run 'gbm': "
                + JUNE
                + " and not "
                + MAY
                + "; give the data that it read");
    assertThatThrownBy(() -> rerun.input("test", "flights", MAY))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no input test/flights in run 'gbm'; found: [training/flights]");
    assertThatThrownBy(() -> rerun.run((run, original) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "run 'gbm' read training/flights, which was not given; give it by input(role, data)");
    assertThat(tracker.experiment("delays").runs().list()).hasSize(1);
  }

  @Test
  void refuses_an_option_twice_and_a_tolerance_out_of_range() {
    assertThatThrownBy(() -> rerun().input("training", "flights", MAY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the input 'training/flights' is set already, to " + MAY);
    assertThatThrownBy(() -> rerun().tolerance(0.1).tolerance(0.2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the option 'tolerance' is set already, to 0.1");
    for (double wrong : List.of(-0.1, 1.5, Double.NaN)) {
      assertThatThrownBy(() -> rerun().tolerance(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tolerance must be from 0 to 1: " + Exactly.typed(wrong));
    }
  }

  @Test
  void refuses_another_value_of_a_param_and_names_what_the_trainer_adds() {
    assertThatThrownBy(() -> rerun().run((run, original) -> run.param("seed", 43)))
        .isInstanceOf(ConflictException.class);
    assertThat(tracker.experiment("delays").runs().list())
        .extracting(RunView::status)
        .containsExactly(RunStatus.FAILED, RunStatus.FINISHED);
    RerunResult result =
        rerun()
            .run(
                (run, original) -> {
                  run.param("depth", 6);
                  run.input("test", JUNE);
                  train(run, 42);
                });
    assertThat(result)
        .hasToString(
            "another result: param depth: nothing and 6; input test/test: nothing and " + JUNE);
  }

  @Test
  void refuses_a_run_that_goes_on_or_was_changed() {
    try (Run open = tracker.experiment("delays").start("open")) {
      assertThatThrownBy(() -> Rerun.of(tracker, open.id()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "run "
                  + open.id()
                  + " was never sealed, so nothing is known of it; only a run that is what it was when it ended can be compared with a new one");
    }
    int rows =
        workspace
            .database()
            .transaction(session -> session.update("UPDATE mlops_run_params SET as_text = '43'"));
    assertThat(rows).isEqualTo(1);
    assertThatThrownBy(this::rerun)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("run " + first.id() + " has changed since it ended: ");
  }
}
