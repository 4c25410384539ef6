package dev.mlops.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.labels.Label;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.stats.SplitRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ModelMonitorTest {
  private static final TimeWindow MAY = TimeWindow.month(2001, 5);
  private static final Instant NOON = Instant.parse("2001-05-01T12:00:00Z");

  private Workspace workspace = Workspace.inMemory();

  @BeforeEach
  void openWorkspace() {
    workspace.close();
    workspace = Workspace.inMemory();
  }

  @AfterEach
  void closeWorkspace() {
    workspace.close();
  }

  private static PredictionRecord.Builder record(String id, Instant time, double score) {
    return PredictionRecord.builder()
        .id(id)
        .model("flights")
        .version(1)
        .time(time)
        .score(score)
        .latency(Duration.ofMillis(1));
  }

  private void predict(String id, double score, @Nullable Double label) {
    workspace.predictions().log(record(id, NOON, score).build());
    if (label != null) {
      workspace.labels().add(List.of(Label.of(id, NOON.plusSeconds(60), label)));
    }
  }

  private ModelMonitor monitor() {
    return ModelMonitor.of(workspace).model("flights");
  }

  @Nested
  class Performances {
    @Test
    void of_a_binary_model_are_what_a_hand_computes() {
      predict("a", 0.9, 1.0);
      predict("b", 0.6, 0.0);
      predict("c", 0.4, 1.0);
      predict("d", 0.1, 0.0);
      predict("e", 0.5, null);
      Performance performance = monitor().performance(MAY);
      assertThat(performance.get(Metric.MEAN_SCORE).value()).isEqualTo(0.5);
      assertThat(performance.get(Metric.MEAN_SCORE).n()).isEqualTo(5);
      assertThat(performance.get(Metric.POSITIVE_RATE).value()).isEqualTo(0.5);
      assertThat(performance.get(Metric.ACCURACY).value()).isEqualTo(0.5);
      assertThat(performance.get(Metric.PRECISION).value()).isEqualTo(0.5);
      assertThat(performance.get(Metric.RECALL).value()).isEqualTo(0.5);
      assertThat(performance.get(Metric.BRIER).value())
          .isCloseTo((0.01 + 0.36 + 0.36 + 0.01) / 4, within(1e-15));
      assertThat(performance.get(Metric.CALIBRATION_IN_THE_LARGE).value())
          .isCloseTo(0, within(1e-15));
      assertThat(performance.missing())
          .containsExactly(
              Map.entry(
                  Metric.ROC_AUC, "too few rows: 2 positives and 2 negatives, needs 10 of each"),
              Map.entry(Metric.LOG_LOSS, "too few rows: 4, needs 20"));
      assertThat(performance.labels()).hasToString("4 of 5 labelled, 1 pending, 0 late");
      assertThat(performance.labels().coverage()).isEqualTo(0.8);
      assertThat(performance.labels().delay(0.5)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void with_enough_rows_have_all_metrics() {
      for (int i = 0; i < 20; i++) {
        predict("a" + i, i % 4 == 0 ? 0.4 : 0.9, 1.0);
        predict("b" + i, i % 4 == 0 ? 0.6 : 0.1, 0.0);
      }
      Performance performance = monitor().performance(MAY);
      assertThat(performance.missing()).isEmpty();
      // Of the pairs 9 in 16 are right by a lot, 3 + 3 right by some, 1 is wrong.
      assertThat(performance.get(Metric.ROC_AUC).value()).isEqualTo(15 / 16.0);
      assertThat(performance.get(Metric.LOG_LOSS).value())
          .isCloseTo(-(3 * Math.log(0.9) + Math.log(0.4)) / 4, within(1e-12));
    }

    @Test
    void of_a_regression_have_errors_instead() {
      for (int i = 0; i < 30; i++) {
        predict("a" + i, 10 + i, 12.0 + i);
        predict("b" + i, 20, 16.0);
      }
      Performance performance = monitor().performance(MAY);
      assertThat(performance.get(Metric.MAE).value()).isCloseTo(3, within(1e-12));
      assertThat(performance.get(Metric.MEDIAN_ABSOLUTE_ERROR).value()).isBetween(2.0, 4.0);
      assertThat(performance.get(Metric.RMSE).value()).isCloseTo(Math.sqrt(10), within(1e-12));
      assertThat(performance.get(Metric.BIAS).value()).isCloseTo(1, within(1e-12));
      assertThat(performance.get(Metric.MEAN_LABEL).value()).isCloseTo(21.25, within(1e-12));
      assertThat(performance.find(Metric.ROC_AUC)).isEmpty();
      assertThat(performance.calibration().groups()).isEmpty();
    }

    @Test
    void of_classes_count_each_class() {
      for (int i = 0; i < 30; i++) {
        predict("a" + i, i % 3, (double) (i % 6 == 2 ? 1 : i % 3));
      }
      assertThat(monitor().task()).hasToString("Optional[classes [0, 1, 2]]");
      Performance performance = monitor().performance(MAY);
      assertThat(performance.get(Metric.ACCURACY).value()).isCloseTo(25 / 30.0, within(1e-12));
      assertThat(performance.get(Metric.recallOf(1)).value()).isCloseTo(10 / 15.0, within(1e-12));
      assertThat(performance.get(Metric.precisionOf(2)).value()).isEqualTo(0.5);
      assertThat(performance.find(Metric.RMSE)).isEmpty();
      assertThatThrownBy(() -> performance.get(Metric.RMSE))
          .hasMessageEndingWith(
              "the metrics of the task classes [0, 1, 2] are accuracy, precision_0, precision_1,"
                  + " precision_2, recall_0, recall_1, recall_2");
    }

    /** February's labels of a count happen to be 0 and 1. */
    @Test
    void are_of_the_kind_that_the_whole_log_told_or_that_was_said() {
      for (int i = 0; i < 60; i++) {
        predict("a" + i, 0.6, (double) (i % 2));
        workspace.predictions().log(record("b" + i, NOON.plus(Duration.ofDays(31)), 3).build());
        workspace.labels().add(List.of(Label.of("b" + i, NOON.plus(Duration.ofDays(32)), i % 7)));
      }
      Performance may = monitor().performance(MAY);
      assertThat(may.find(Metric.ROC_AUC)).isEmpty();
      assertThat(may.get(Metric.RMSE).value()).isCloseTo(Math.sqrt((.36 + .16) / 2), within(1e-12));
      ModelMonitor binary = ModelMonitor.of(workspace).task(Task.binary()).model("flights");
      assertThat(binary.performance(MAY).get(Metric.ACCURACY).value()).isEqualTo(0.5);
      assertThat(binary.performance(TimeWindow.month(2001, 6)).missing())
          .containsEntry(Metric.ROC_AUC, "42 of 60 labels are neither 0 nor 1");
    }

    @Test
    void of_nothing_have_no_metrics_and_say_so() {
      Performance performance = monitor().performance(MAY);
      assertThat(performance.metrics()).isEmpty();
      assertThat(performance.labels().coverage()).isZero();
      assertThatThrownBy(() -> performance.get(Metric.ROC_AUC))
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "no metric 'roc_auc' in 2001-05 with 0 of 0 labelled, 0 pending, 0 late, as the"
                  + " prediction log of project 'default' has no prediction at all of model"
                  + " 'flights': no label is known yet, so the task of the model is unknown too");
      predict("a", 0.5, null);
      assertThat(monitor().performance(TimeWindow.month(2001, 6)).toString())
          .startsWith("2001-06: 0 of 0 labelled, 0 pending, 0 late\n");
    }

    @Test
    void count_labels_that_are_texts() {
      predict("a", 0.5, 1.0);
      predict("b", 0.5, null);
      workspace.labels().add(List.of(Label.of("b", NOON.plusSeconds(60), "late")));
      assertThat(monitor().performance(MAY).toString())
          .startsWith("2001-05: 2 of 2 labelled, 0 pending, 0 late, 1 with a text for a label\n");
    }

    @Test
    void leave_out_predictions_without_a_score() {
      predict("a", Double.NaN, 1.0);
      predict("b", 0.2, 0.0);
      predict("c", 0.2, 0.0);
      Performance performance = monitor().performance(MAY);
      assertThat(performance.predictions()).isEqualTo(3);
      assertThat(performance.unscored()).isEqualTo(1);
      assertThat(performance.labels().joined()).isEqualTo(3);
      assertThat(performance.get(Metric.BRIER).n()).isEqualTo(2);
      assertThat(performance.get(Metric.MEAN_SCORE).n()).isEqualTo(2);
      assertThat(performance.missing().get(Metric.LOG_LOSS))
          .isEqualTo("too few rows: 2, needs 20; 1 prediction has no score");
    }

    @Test
    void say_of_one_infinite_or_huge_number_what_it_is_and_keep_the_rest() {
      for (int i = 0; i < 100; i++) {
        predict("a" + i, i == 50 ? Double.POSITIVE_INFINITY : i, i + 0.5 + i % 3);
      }
      Performance infinite = monitor().performance(MAY);
      assertThat(infinite.missing())
          .containsEntry(Metric.MEAN_SCORE, "not finite: 1 of 100 scores")
          .containsEntry(Metric.RMSE, "not finite: 1 of 100 scores");
      assertThat(infinite.get(Metric.MEAN_LABEL).n()).isEqualTo(100);
      assertThat(infinite.get(Metric.MEDIAN_ABSOLUTE_ERROR).value()).isEqualTo(1.5);
      openWorkspace();
      for (int i = 0; i < 100; i++) {
        predict("a" + i, i == 3 ? 1e200 : i, i == 4 ? Double.NEGATIVE_INFINITY : i + 0.5);
      }
      assertThat(monitor().performance(MAY).missing())
          .containsEntry(Metric.MEAN_LABEL, "not finite: 1 of 100 labels");
      assertThat(monitor().timeline(Period.ofMonths(1)).windows()).hasSize(1);
      openWorkspace();
      for (int i = 0; i < 100; i++) {
        predict("a" + i, i == 3 ? 1e200 : i, i + 0.5 + i % 3);
      }
      assertThat(monitor().performance(MAY).missing())
          .containsEntry(Metric.RMSE, "not finite: 1 of 100 terms");
    }

    @Test
    void are_as_labels_were_known_then() {
      predict("a", 0.9, 1.0);
      predict("b", 0.1, 0.0);
      workspace.labels().add(List.of(Label.of("b", NOON.plusSeconds(600), 1)));
      assertThat(monitor().performance(MAY, NOON.plusSeconds(60)).labels().joined()).isZero();
      assertThat(monitor().performance(MAY, NOON.plusSeconds(61)).get(Metric.ACCURACY).value())
          .isEqualTo(1);
      assertThat(monitor().performance(MAY).get(Metric.ACCURACY).value()).isEqualTo(0.5);
    }

    @Test
    void count_labels_behind_the_deadline_as_late() {
      predict("a", 0.9, 1.0);
      ModelMonitor strict =
          ModelMonitor.of(workspace).labelDeadline(Duration.ofSeconds(59)).model("flights");
      assertThat(strict.performance(MAY).labels().late()).isEqualTo(1);
      assertThat(monitor().performance(MAY).labels().late()).isZero();
    }

    @Test
    void look_at_one_model_version_and_variant_only() {
      predict("a", 0.9, null);
      workspace.predictions().log(record("b", NOON, 0.5).version(2).build());
      workspace.predictions().log(record("c", NOON, 0.5).variant("shadow").build());
      workspace.predictions().log(record("d", NOON, 0.5).model("trains").build());
      assertThat(monitor().performance(MAY).predictions()).isEqualTo(3);
      assertThat(
              ModelMonitor.of(workspace)
                  .version(1)
                  .variant("live")
                  .model("flights")
                  .performance(MAY)
                  .predictions())
          .isEqualTo(1);
    }

    @Test
    void read_more_than_one_page_of_the_log() {
      for (int i = 0; i < 45_000; i++) {
        workspace.predictions().log(record("p" + i, NOON.plusMillis(i / 3), i % 2).build());
        if (i % 10_000 == 0) {
          workspace.predictions().flush();
        }
      }
      assertThat(monitor().performance(MAY).predictions()).isEqualTo(45_000);
      assertThat(monitor().performance(MAY).get(Metric.MEAN_SCORE).value())
          .isCloseTo(0.5, within(1e-12));
    }
  }

  @Nested
  class Calibrations {
    @Test
    void put_predicted_beside_observed_in_groups_of_equal_size() {
      SplitRandom random = SplitRandom.seeded(1);
      double[] scores = new double[20_005];
      boolean[] positives = new boolean[scores.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextDouble();
        positives[i] = random.nextDouble() < scores[i];
      }
      Calibration honest = Calibration.of(scores, positives, 0.99);
      assertThat(honest.groups()).hasSize(10);
      assertThat(honest.groups().stream().mapToLong(Calibration.Group::n).sum())
          .isEqualTo(scores.length);
      assertThat(honest.groups()).allMatch(group -> group.observed().contains(group.meanScore()));
      assertThat(honest.expectedError()).isLessThan(0.015);
      assertThat(new Calibration(List.of()).expectedError()).isNaN();
    }
  }

  @Nested
  class Timelines {
    @Test
    void tell_gaps_and_have_no_edges_of_empty_windows() {
      workspace.predictions().log(record("a", Instant.parse("2001-04-30T23:59:00Z"), 0.5).build());
      workspace.predictions().log(record("b", Instant.parse("2001-06-01T00:00:00Z"), 0.5).build());
      Timeline timeline = monitor().timeline(Period.ofMonths(1));
      assertThat(timeline.windows())
          .extracting(performance -> performance.window() + " " + performance.predictions())
          .containsExactly("2001-04 1", "2001-06 1");
      assertThat(timeline.gaps()).containsExactly(MAY);
      assertThat(timeline.series(Metric.ROC_AUC)).isEmpty();
      assertThat(timeline.chart(Metric.ROC_AUC)).isEqualTo("roc_auc\n\n");
      assertThat(timeline.toString().lines().map(String::trim))
          .containsExactly(
              "2001-04            1 prediction,    0.0 % labelled",
              "2001-05    no predictions", "2001-06            1 prediction,    0.0 % labelled");
    }

    @Test
    void are_bounded_however_far_apart_predictions_are() {
      workspace.predictions().log(record("a", Instant.EPOCH, 0.5).build());
      workspace.predictions().log(record("b", NOON, 0.5).build());
      for (TemporalAmount step :
          List.of(
              Duration.ofHours(1), Duration.ofMinutes(1), Period.ofDays(7), Period.ofMonths(5))) {
        Timeline timeline = monitor().timeline(step);
        assertThat(timeline.windows()).hasSize(2);
        assertThat(timeline.gaps()).hasSize(1);
        assertThat(timeline.windows().get(1).window().contains(NOON)).isTrue();
      }
      assertThat(monitor().timeline(Duration.ofHours(1), MAY).windows()).hasSize(1);
    }

    @Test
    void refuse_more_windows_than_anyone_reads() {
      for (int i = 0; i <= 10_000; i++) {
        workspace.predictions().log(record("p" + i, NOON.plusSeconds(i), 0.5).build());
      }
      assertThatThrownBy(() -> monitor().timeline(Duration.ofSeconds(1)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              "a timeline has at most 10,000 windows with predictions; that of 'flights' by 1 second has"
                  + " more, from ");
    }

    @Test
    void of_nothing_are_empty() {
      assertThat(monitor().timeline(Duration.ofHours(1)).windows()).isEmpty();
    }

    @Test
    void tell_of_each_window_what_the_monitor_tells_of_it_alone() {
      LoggedFlights.log(workspace, TimeWindow.month(2001, 4), true);
      LoggedFlights.log(workspace, MAY, false);
      Timeline timeline = monitor().timeline(Period.ofMonths(1));
      assertThat(timeline.windows()).hasSize(2);
      for (Performance performance : timeline.windows()) {
        assertThat(performance.metrics())
            .isNotEmpty()
            .isEqualTo(monitor().performance(performance.window()).metrics());
      }
    }
  }

  @Nested
  class Traffics {
    @Test
    void count_outcomes_and_versions_and_measure_latency() {
      for (int i = 1; i <= 100; i++) {
        workspace
            .predictions()
            .log(
                record("p" + i, NOON, 0.5)
                    .version(i <= 60 ? "1" : "2")
                    .outcome(i <= 5 ? "error" : "ok")
                    .latency(Duration.ofMillis(i))
                    .build());
      }
      Traffic traffic = monitor().traffic(MAY);
      assertThat(traffic.outcomes()).isEqualTo(Map.of("error", 5L, "ok", 95L));
      assertThat(traffic.versions()).isEqualTo(Map.of("1", 60L, "2", 40L));
      assertThat(traffic.share("error")).isEqualTo(0.05);
      assertThat(traffic.perSecond()).isCloseTo(100 / (31 * 86_400.0), within(1e-12));
      assertThat(traffic.latency(0.5).toMillis()).isBetween(49L, 51L);
      assertThat(traffic.latency(1)).isEqualTo(Duration.ofMillis(100));
      assertThat(monitor().traffic(TimeWindow.month(2001, 6)))
          .hasToString("2001-06: 0 predictions, {}");
    }
  }

  @Nested
  class Errors {
    @Test
    void rise_from_the_change_on() {
      LoggedFlights.log(workspace, TimeWindow.month(2001, 4), true);
      LoggedFlights.log(workspace, MAY, true);
      LoggedFlights.log(workspace, TimeWindow.month(2001, 6), false);
      ErrorEvidence calm = monitor().errors(TimeWindow.month(2001, 4), MAY);
      assertThat(calm.risen()).isFalse();
      assertThat(calm.sentence())
          .isEqualTo(
              "no rise of errors: 379 of 1458 wrong (26.0 %) against a baseline of at most 26.9 %,"
                  + " evidence 106 of 100,000");
      TimeWindow both = TimeWindow.of(MAY.from(), TimeWindow.month(2001, 6).to());
      ErrorEvidence risen = monitor().errors(TimeWindow.month(2001, 4), both);
      assertThat(risen.risen()).isTrue();
      ErrorEvidence.Rise first = risen.alarms().get(0);
      assertThat(first.since())
          .isBetween(Instant.parse("2001-05-30T00:00:00Z"), Instant.parse("2001-06-04T00:00:00Z"));
      assertThat(first.time()).isBefore(Instant.parse("2001-06-06T00:00:00Z"));
      assertThat(risen.sentence()).startsWith("errors have risen since about 2001-0");
    }

    @Test
    void only_ever_grow_with_later_labels() {
      LoggedFlights.log(workspace, TimeWindow.month(2001, 4), true);
      LoggedFlights.log(workspace, MAY, false);
      ErrorEvidence before = monitor().errors(TimeWindow.month(2001, 4), MAY);
      predict("straggler", 0.9, null);
      workspace
          .labels()
          .add(List.of(Label.of("straggler", Instant.parse("2002-01-01T00:00:00Z"), 0)));
      ErrorEvidence after = monitor().errors(TimeWindow.month(2001, 4), MAY);
      assertThat(after.observed()).isEqualTo(before.observed() + 1);
      assertThat(after.alarms()).startsWith(before.alarms().toArray(new ErrorEvidence.Rise[0]));
    }

    @Test
    void need_a_baseline_and_tell_what_they_leave_out() {
      ModelMonitor binary = ModelMonitor.of(workspace).task(Task.binary()).model("flights");
      assertThatThrownBy(() -> binary.errors(MAY, MAY))
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "no labelled predictions of 'flights' in the baseline 2001-05, as the prediction log"
                  + " has none at all of this model");
      predict("a", 0.9, 1.0);
      predict("b", 0.9, 4.5);
      assertThat(binary.errors(MAY, MAY).leftOut()).isEqualTo(1);
      assertThat(binary.errors(MAY, MAY).sentence())
          .contains("0 of 1 wrong")
          .contains(", 1 left out: no score, or a label out of place");
      assertThatThrownBy(() -> monitor().errors(MAY, MAY))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("predictions of 'flights' are not right or wrong");
    }

    @Test
    void cannot_rise_above_a_baseline_that_is_all_wrong() {
      predict("a", 0.9, 0.0);
      ErrorEvidence errors = monitor().errors(MAY, MAY);
      assertThat(errors.risen()).isFalse();
      assertThat(errors.sentence()).startsWith("errors cannot rise: all of the baseline is wrong");
    }
  }

  @Test
  void predictions_come_with_their_features() {
    workspace.predictions().log(record("a", NOON, 0.5).features(Map.of("distance", 700)).build());
    Dataset rows = monitor().predictions(MAY);
    assertThat(rows.doubles("distance").get(0)).isEqualTo(700);
  }

  @Nested
  class Refuses {

    @Test
    void names_that_nobody_sees() {
      for (String name : List.of("", " ", "\u00a0", "\u2007\t")) {
        assertThatThrownBy(() -> ModelMonitor.of(workspace).model(name))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("model name must not be blank");
        assertThatThrownBy(() -> ModelMonitor.of(workspace).version(name))
            .hasMessage("version name must not be blank");
        assertThatThrownBy(() -> ModelMonitor.of(workspace).variant(name))
            .hasMessage("variant name must not be blank");
        assertThatThrownBy(() -> FeedbackLoop.of(workspace).model(name))
            .hasMessage("model name must not be blank");
      }
    }

    @Test
    void options_that_mean_nothing() {
      assertThatThrownBy(() -> ModelMonitor.of(workspace).threshold(Double.NaN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("threshold must be a number: NaN");
      Duration negative = Duration.ofDays(-1);
      assertThatThrownBy(() -> ModelMonitor.of(workspace).labelDeadline(negative))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("labelDeadline must not be negative: -1 day");
      assertThatThrownBy(() -> FeedbackLoop.of(workspace).labelDeadline(negative))
          .hasMessage("labelDeadline must not be negative: -1 day");
    }

    @Test
    void options_twice_or_out_of_range() {
      assertThatThrownBy(() -> ModelMonitor.of(workspace).version(1).version(2))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'version' is set already, to 1");
      assertThatThrownBy(() -> ModelMonitor.of(workspace).confidence(1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("confidence must lie between 0 and 1, both excluded: 1");
      assertThatThrownBy(() -> ModelMonitor.of(workspace).alarmBudget(0))
          .hasMessage("alarmBudget must be at least 1 and finite: 0");
    }
  }
}
