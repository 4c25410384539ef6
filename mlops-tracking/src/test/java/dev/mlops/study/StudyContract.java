package dev.mlops.study;

import static dev.mlops.study.Param.choice;
import static dev.mlops.study.Param.real;
import static dev.mlops.study.Param.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.testkit.Together;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunStatus;
import dev.mlops.tracking.RunView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a study promises, on whatever database. */
abstract class StudyContract {

  private static final Space SPACE =
      Space.of(
          real("rate", 1e-4, 1).log(),
          choice("kind", "a", "b"),
          whole("depth", 1, 9).onlyWhen("kind", "a"));

  private Workspace workspace;

  abstract Workspace open();

  @BeforeEach
  void openWorkspace() {
    workspace = open();
  }

  @AfterEach
  void closeWorkspace() {
    workspace.close();
  }

  private Study.Builder study(String name) {
    return Study.builder(workspace, name).space(SPACE).sampler(Sampler.random()).minimise("loss");
  }

  private static void loss(Trial trial) {
    trial.run().metric("loss", trial.real("rate"));
  }

  @Test
  void trials_are_runs_nested_in_the_run_of_the_study() throws InterruptedException {
    Study study = study("nested").experiment("delays").trials(5).build();
    assertThat(study.run(StudyContract::loss))
        .hasToString("study 'nested' has 5 trials: 5 feasible");
    ExperimentTracker tracker = ExperimentTracker.of(workspace);
    RunView parent = tracker.experiment("delays").runs().list().get(0);
    assertThat(parent.status()).isEqualTo(RunStatus.FINISHED);
    List<RunView> runs = tracker.runs().under(parent.id()).list();
    assertThat(runs).hasSize(5).allMatch(run -> run.status() == RunStatus.FINISHED);
    for (TrialView trial : study.trials()) {
      RunView run = tracker.get(String.valueOf(trial.run()));
      assertThat(run.name()).isEqualTo("trial-" + trial.number());
      trial.params().forEach((name, value) -> assertThat(run.param(name)).isNotEmpty());
      assertThat(run.param("rate")).isEqualTo(String.valueOf(trial.params().get("rate")));
      assertThat(run.params().containsKey("depth")).isEqualTo(run.param("kind").equals("a"));
    }
  }

  @Test
  void one_seed_gives_the_same_trials() throws InterruptedException {
    assertThat(params("one", 3)).isEqualTo(params("two", 3)).isNotEqualTo(params("three", 4));
  }

  private List<Map<String, Object>> params(String name, long seed) throws InterruptedException {
    Study study = study(name).seed(seed).trials(6).build();
    study.run(StudyContract::loss);
    return study.trials().stream().map(TrialView::params).toList();
  }

  /** Ten trials at random, then some that look at those before them. */
  @Test
  void the_estimator_learns_and_repeats_itself() throws InterruptedException {
    List<List<Map<String, Object>>> both = new ArrayList<>();
    for (String name : List.of("tpe one", "tpe two")) {
      Study study =
          Study.builder(workspace, name).space(SPACE).minimise("loss").seed(5).trials(40).build();
      study.run(StudyContract::loss);
      both.add(study.trials().stream().map(TrialView::params).toList());
      assertThat(study.trials().stream().skip(10).filter(trial -> rate(trial) < 1e-2).count())
          .isGreaterThan(20);
    }
    assertThat(both.get(0)).isEqualTo(both.get(1));
  }

  private static double rate(TrialView trial) {
    return ((Number) trial.params().getOrDefault("rate", Double.NaN)).doubleValue();
  }

  @Test
  void several_workers_do_each_trial_once() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (Study study :
          List.of(
              study("own threads").trials(20).workers(3).build(),
              study("given threads").trials(20).workers(3).executor(threads).build())) {
        List<Long> done = Collections.synchronizedList(new ArrayList<>());
        study.run(
            trial -> {
              done.add(trial.number());
              loss(trial);
            });
        assertThat(done)
            .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 20).boxed().toList());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void studies_of_one_name_that_begin_at_once_are_one() {
    List<Long> done = Collections.synchronizedList(new ArrayList<>());
    Together.run(
        4,
        thread -> {
          try {
            study("race")
                .experiment("race")
                .trials(12)
                .build()
                .run(
                    trial -> {
                      done.add(trial.number());
                      loss(trial);
                    });
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(done)
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 12).boxed().toList());
    assertThat(ExperimentTracker.of(workspace).experiment("race").runs().list()).hasSize(1);
  }

  @Test
  void a_greater_budget_goes_on() throws InterruptedException {
    study("longer").trials(3).build().run(StudyContract::loss);
    List<Long> done = new ArrayList<>();
    study("longer")
        .trials(5)
        .build()
        .run(
            trial -> {
              done.add(trial.number());
              loss(trial);
            });
    assertThat(done).containsExactly(4L, 5L);
  }

  @Test
  void other_terms_are_refused() throws InterruptedException {
    study("terms").trials(1).build().run(StudyContract::loss);
    Study other = study("terms").trials(1).seed(9).build();
    assertThatThrownBy(() -> other.run(StudyContract::loss))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "study 'terms' was begun with seed: 0 and not with seed: 9; say what it was begun with,"
                + " or give the new one another name");
    assertThatThrownBy(other::best).isInstanceOf(ConflictException.class);
  }

  @Test
  void each_end_is_an_answer_of_its_own() throws InterruptedException {
    Study study =
        study("ends")
            .experiment("ends")
            .atMost("latency", 20)
            .atLeast("recall", 0)
            .trials(8)
            .build();
    assertThatThrownBy(study::best)
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "study 'ends' has no best trial, since none is feasible: no trial was begun; table()"
                + " says why of each");
    study.run(StudyContract::endings);
    Dataset table = study.table();
    assertThat(IntStream.range(0, 8).mapToObj(row -> table.strings("outcome").get(row)))
        .containsExactly(
            "'latency' is 30 and must be at most 20",
            "'loss' was not logged",
            "'loss' is NaN",
            "failed",
            "'latency' was not logged, which must be at most 20",
            "'latency' is 25 and must be at most 20; 'recall' is -0.5 and must be at least 0",
            "feasible",
            "feasible");
    assertThat(IntStream.range(0, 8).mapToObj(row -> rank(table, row)))
        .containsExactly("3", "-", "-", "-", "5", "4", "2", "1");
    assertThat(study.best().trial().number()).isEqualTo(8);
    assertThat(study.best())
        .hasToString(
            "trial 8 has the least 'loss', 0.5, of 2 trials that finished and keep every limit; the"
                + " next is trial 7 with 0.75");
    assertThat(study.progress())
        .hasToString(
            "study 'ends' has 8 trials: 2 feasible, 3 not feasible, 2 without an objective, 1"
                + " failed");
    assertThat(
            ExperimentTracker.of(workspace)
                .get(String.valueOf(study.trials().get(3).run()))
                .status())
        .isEqualTo(RunStatus.FAILED);
  }

  private static String rank(Dataset table, int row) {
    return table.column("rank").isNull(row) ? "-" : Long.toString(table.longs("rank").get(row));
  }

  private static void endings(Trial trial) {
    int number = (int) trial.number();
    double[] loss = {0.1, 0, Double.NaN, 0, 0.1, 0.1, 0.75, 0.5};
    double[] latency = {30, 10, 10, 10, 0, 25, 20, 10};
    if (number == 4) {
      throw new IllegalStateException("planted");
    }
    if (number != 2) {
      trial.run().metric("loss", loss[number - 1]);
    }
    if (number != 5) {
      trial.run().metric("latency", latency[number - 1]);
    }
    trial.run().metric("recall", number == 6 ? -0.5 : 0);
  }

  @Test
  void nothing_feasible_is_refused_with_counts() throws InterruptedException {
    Study study = study("hopeless").atMost("loss", 0).trials(4).build();
    study.run(
        trial -> {
          if (trial.number() == 2) {
            throw new IllegalStateException("planted");
          }
          loss(trial);
        });
    assertThatThrownBy(study::best)
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "study 'hopeless' has no best trial, since none is feasible: 3 not feasible, 1 failed;"
                + " table() says why of each");
  }

  @Test
  void an_error_ends_the_study_and_is_thrown_on() {
    Study study = study("error").trials(5).build();
    assertThatThrownBy(
            () ->
                study.run(
                    trial -> {
                      throw new AssertionError("planted");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("planted");
    assertThat(study.progress()).hasToString("study 'error' has 1 trial: 1 failed");
  }

  /** Trial n reports n at each step: from the sixth on, each is worse than the median before it. */
  @Test
  void a_trial_that_is_worse_than_the_median_is_told_to_stop() throws InterruptedException {
    Study study = study("stopping").experiment("stopping").medianStopping().trials(8).build();
    List<Long> steps = new ArrayList<>();
    study.run(
        trial -> {
          assertThat(trial.shouldStop()).isFalse();
          for (long step = 1; step <= 3 && !trial.shouldStop(); step++) {
            trial.report(step, trial.number() == 8 ? 0.5 : trial.number());
            steps.add(trial.number());
          }
        });
    assertThat(steps)
        .containsExactly(
            1L, 1L, 1L, 2L, 2L, 2L, 3L, 3L, 3L, 4L, 4L, 4L, 5L, 5L, 5L, 6L, 7L, 8L, 8L, 8L);
    assertThat(study.progress()).hasToString("study 'stopping' has 8 trials: 6 feasible, 2 pruned");
    assertThat(study.best().trial().number()).isEqualTo(8);
    assertThat(study.table().strings("outcome").get(5)).isEqualTo("pruned");
    assertThat(study.table().column("rank").isNull(5)).isTrue();
    assertThat(
            ExperimentTracker.of(workspace)
                .get(String.valueOf(study.trials().get(5).run()))
                .status())
        .isEqualTo(RunStatus.FINISHED);
  }

  @Test
  void without_stopping_nobody_is_told_to_stop_and_steps_rise() throws InterruptedException {
    Study study = study("no stopping").trials(7).build();
    study.run(
        trial -> {
          trial.report(1, (double) trial.number());
          assertThat(trial.shouldStop()).isFalse();
          assertThatThrownBy(() -> trial.report(1, 0))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(
                  "step of trial "
                      + trial.number()
                      + " must be above 1, which was reported before: 1");
        });
    assertThat(study.progress()).hasToString("study 'no stopping' has 7 trials: 7 feasible");
  }

  @Test
  void a_grid_ends_by_itself() throws InterruptedException {
    Study study =
        Study.builder(workspace, "grid")
            .space(
                Space.of(
                    real("rate", 0.01, 1).log(),
                    choice("kind", "a", "b"),
                    whole("depth", 1, 5).step(2).onlyWhen("kind", "a"),
                    real("share", 0.5, 0.8).step(0.1).onlyWhen("kind", "b")))
            .sampler(Sampler.grid(3))
            .maximise("loss")
            .build();
    study.run(StudyContract::loss);
    assertThat(study.trials().stream().map(trial -> trial.params().toString()))
        .hasSize(21)
        .startsWith(
            "{rate=0.01, kind=a, depth=1}",
            "{rate=0.01, kind=a, depth=3}",
            "{rate=0.01, kind=a, depth=5}",
            "{rate=0.01, kind=b, share=0.5}",
            "{rate=0.01, kind=b, share=0.6}",
            "{rate=0.01, kind=b, share=0.7}",
            "{rate=0.01, kind=b, share=0.8}")
        .endsWith("{rate=1.0, kind=b, share=0.8}");
  }
}
