package dev.mlops.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.drift.DriftDetector;
import dev.mlops.error.Exactly;
import dev.mlops.journal.Event;
import dev.mlops.labels.Label;
import dev.mlops.monitoring.LoggedFlights;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.TimeWindow;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.stats.MeanProcess;
import dev.mlops.stats.SplitRandom;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import dev.mlops.testkit.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ModelWatchTest {
  private static final TimeWindow APRIL = TimeWindow.month(2001, 4);
  private static final TimeWindow MAY = TimeWindow.month(2001, 5);
  private static final TimeWindow JUNE = TimeWindow.month(2001, 6);
  private static final TimeWindow JULY = TimeWindow.month(2001, 7);
  private static final TimeWindow AUGUST = TimeWindow.month(2001, 8);
  private static final Instant NOW = Instant.parse("2001-09-01T00:00:00Z");

  private final List<Alert> told = new ArrayList<>();
  private Workspace workspace = Workspace.inMemory();

  @BeforeEach
  void openWorkspace() {
    workspace.close();
    workspace = Workspace.builder().clock(TestClock.at(NOW)).open();
  }

  @AfterEach
  void closeWorkspace() {
    workspace.close();
  }

  private WatchBuilder watch() {
    return ModelWatch.of(ModelMonitor.of(workspace).task(Task.binary()).model("flights"));
  }

  private void log(TimeWindow window, int count, String outcome, Duration latency) {
    for (int i = 0; i < count; i++) {
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id(window + outcome + i)
                  .model("flights")
                  .version(1)
                  .time(window.from().plusSeconds(i))
                  .score(0.5)
                  .outcome(outcome)
                  .latency(latency)
                  .build());
    }
    workspace.predictions().flush();
  }

  @Test
  void an_alert_fires_once_and_recovers_once() {
    LoggedFlights.log(workspace, MAY, true);
    LoggedFlights.log(workspace, JUNE, false);
    LoggedFlights.log(workspace, JULY, false);
    LoggedFlights.log(workspace, AUGUST, true);
    ModelWatch watch = watch().metricBelow(Metric.ROC_AUC, 0.7).to(told::add).build();
    assertThat(watch.evaluate(MAY)).isEmpty();
    assertThat(watch.evaluate(JUNE)).extracting(Alert::state).containsExactly(Alert.State.FIRING);
    assertThat(watch.evaluate(JUNE)).isEmpty();
    assertThat(watch.evaluate(JULY)).isEmpty();
    assertThat(watch.firing(MAY)).containsExactly("roc_auc below 0.7");
    assertThat(watch.evaluate(AUGUST)).hasSize(1);
    assertThat(watch.firing(MAY)).isEmpty();
    assertThat(told)
        .extracting(Alert::state)
        .containsExactly(Alert.State.FIRING, Alert.State.RECOVERED);
    assertThat(told.get(0).toString())
        .startsWith(
            "FIRING flights: roc_auc below 0.7 in 2001-06: roc_auc 0.4887 of 1411, evidence ")
        .endsWith(" (fires from 40)");
    assertThat(told.get(1).toString())
        .startsWith(
            "RECOVERED flights: roc_auc below 0.7 in 2001-08: roc_auc 0.8400 of 1458, evidence ");
    assertThat(told.get(0).time()).isEqualTo(NOW);
  }

  @Test
  void a_window_without_data_leaves_what_fires_firing_and_says_that_nobody_knows() {
    LoggedFlights.log(workspace, JUNE, false);
    ModelWatch watch = watch().metricBelow(Metric.ROC_AUC, 0.7).build();
    assertThat(watch.evaluate(JUNE)).extracting(Alert::kind).containsExactly(Alert.Kind.BROKEN);
    assertThat(watch.evaluate(JULY))
        .extracting(Alert::toString)
        .containsExactly(
            "FIRING flights: roc_auc below 0.7 (not judged) in 2001-07:"
                + " cannot be judged since 2001-09-01T00:00:00Z: no predictions");
    assertThat(watch.evaluate(JULY)).isEmpty();
    assertThat(watch.firing(MAY)).containsExactly("roc_auc below 0.7");
    assertThat(watch.notJudged(MAY)).containsExactly("roc_auc below 0.7");
    LoggedFlights.log(workspace, AUGUST, true);
    assertThat(watch.evaluate(AUGUST))
        .extracting(alert -> alert.state() + " " + alert.kind())
        .containsExactly("RECOVERED NOT_JUDGED", "RECOVERED BROKEN");
    assertThat(watch.notJudged(MAY)).isEmpty();
  }

  @Test
  void a_new_watch_learns_from_the_journal_what_is_firing() {
    LoggedFlights.log(workspace, JUNE, false);
    LoggedFlights.log(workspace, AUGUST, true);
    assertThat(watch().metricBelow(Metric.ROC_AUC, 0.7).build().evaluate(JUNE)).hasSize(1);
    ModelWatch reborn = watch().metricBelow(Metric.ROC_AUC, 0.7).build();
    assertThat(reborn.firing(MAY)).containsExactly("roc_auc below 0.7");
    assertThat(reborn.evaluate(JUNE)).isEmpty();
    assertThat(reborn.evaluate(AUGUST)).hasSize(1);
    List<Event> events = workspace.journal().events().list();
    assertThat(events).extracting(Event::kind).containsExactly("alert.firing", "alert.recovered");
    assertThat(events).extracting(Event::outcome).containsExactly("broken", "ok");
    assertThat(events.get(0).details())
        .containsEntry("model", "flights")
        .containsEntry("rule", "roc_auc below 0.7")
        .containsEntry("windows", "month")
        .containsEntry("window", "2001-06");
  }

  @Test
  void a_sink_that_throws_is_counted_and_harms_nobody() {
    LoggedFlights.log(workspace, JUNE, false);
    LoggedFlights.log(workspace, AUGUST, true);
    AlertSink broken =
        alert -> {
          throw new AssertionError("the pager is off");
        };
    ModelWatch watch = watch().metricBelow(Metric.ROC_AUC, 0.7).to(broken, told::add).build();
    watch.evaluate(JUNE);
    watch.evaluate(AUGUST);
    assertThat(told).hasSize(2);
    assertThat(watch.sinkFailures()).isEqualTo(2);
  }

  @Test
  void a_metric_may_be_too_high() {
    LoggedFlights.log(workspace, MAY, true);
    LoggedFlights.log(workspace, JUNE, false);
    ModelWatch watch = watch().metricAbove(Metric.LOG_LOSS, 0.7).build();
    assertThat(watch.evaluate(MAY)).isEmpty();
    assertThat(watch.evaluate(JUNE)).extracting(Alert::rule).containsExactly("log_loss above 0.7");
  }

  @Test
  void labels_may_fail_to_come() {
    log(MAY, 200, "ok", Duration.ofMillis(1));
    ModelWatch watch = watch().coverageBelow(0.8).build();
    assertThat(watch.evaluate(MAY))
        .extracting(Alert::sentence)
        .singleElement()
        .asString()
        .startsWith("200 of 200 have no label though it is due (100.00 %), evidence ");
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      labels.add(Label.of(MAY + "ok" + i, MAY.from().plus(Duration.ofDays(1)), 1));
    }
    workspace.labels().add(labels);
    assertThat(watch.evaluate(MAY)).extracting(Alert::state).containsExactly(Alert.State.RECOVERED);
    ModelWatch patient =
        ModelWatch.of(
                ModelMonitor.of(workspace).labelDeadline(Duration.ofDays(365)).model("flights"))
            .coverageBelow(0.8)
            .build();
    assertThat(patient.evaluate(MAY)).isEmpty();
  }

  @Test
  void predictions_may_be_slow_or_fail() {
    log(MAY, 1000, "ok", Duration.ofMillis(5));
    log(JUNE, 950, "ok", Duration.ofMillis(5));
    log(JUNE, 50, "error", Duration.ofMillis(500));
    ModelWatch watch =
        watch().latencyAbove(0.99, Duration.ofMillis(20)).failuresAbove(0.01).build();
    assertThat(watch.evaluate(MAY)).isEmpty();
    List<Alert> alerts = watch.evaluate(JUNE);
    assertThat(alerts)
        .extracting(Alert::rule)
        .containsExactly("latency quantile 0.99 above 20 milliseconds", "failures above 0.01");
    assertThat(alerts.get(1).sentence()).startsWith("50 of 1,000 failed (5.00 %), evidence ");
    log(JULY, 1000, "ok", Duration.ofMillis(5));
    assertThat(watch.evaluate(JULY)).extracting(Alert::state).containsOnly(Alert.State.RECOVERED);
  }

  @Test
  void one_slow_prediction_of_ten_is_not_beyond_doubt() {
    log(MAY, 9, "ok", Duration.ofMillis(5));
    log(MAY, 1, "error", Duration.ofMillis(500));
    assertThat(
            watch()
                .latencyAbove(0.95, Duration.ofMillis(20))
                .failuresAbove(0.05)
                .build()
                .evaluate(MAY))
        .isEmpty();
  }

  @Test
  void errors_are_judged_from_the_baselines_end_on() {
    LoggedFlights.log(workspace, APRIL, true);
    LoggedFlights.log(workspace, MAY, true);
    LoggedFlights.log(workspace, JUNE, false);
    LoggedFlights.log(workspace, AUGUST, true);
    ModelWatch watch = watch().errorsAbove(APRIL).build();
    assertThat(watch.evaluate(APRIL))
        .extracting(Alert::sentence)
        .containsExactly(
            "cannot be judged since 2001-09-01T00:00:00Z:"
                + " the window is not after the baseline 2001-04");
    assertThat(watch.evaluate(MAY)).extracting(Alert::kind).containsExactly(Alert.Kind.NOT_JUDGED);
    assertThat(watch.evaluate(JUNE)).hasSize(1);
    assertThat(watch.evaluate(AUGUST))
        .extracting(Alert::state)
        .containsExactly(Alert.State.RECOVERED);
  }

  @Test
  void drift_of_features_needs_two_windows_of_three() {
    TimeWindow[] weeks = new TimeWindow[4];
    for (int week = 0; week < weeks.length; week++) {
      Instant from = MAY.from().plus(Duration.ofDays(7L * week));
      weeks[week] = TimeWindow.of(from, from.plus(Duration.ofDays(7)));
      // scores and with them distances are uniform in each week; from the third on distances are
      // shifted
      logDistances(weeks[week], week < 2 ? 0 : 500);
    }
    ModelMonitor monitor = ModelMonitor.of(workspace).model("flights");
    DriftDetector detector =
        DriftDetector.reference(monitor.predictions(weeks[0])).columns("distance").build();
    ModelWatch watch = ModelWatch.of(monitor).drift(detector).build();
    assertThat(watch.evaluate(weeks[1])).isEmpty();
    assertThat(watch.evaluate(weeks[2])).isEmpty();
    assertThat(watch.evaluate(weeks[3]))
        .extracting(Alert::sentence)
        .containsExactly("drift confirmed: [distance]; this window: drift: 1 drifted [distance]");
    assertThat(watch.evaluate(JULY)).extracting(Alert::kind).containsExactly(Alert.Kind.NOT_JUDGED);
  }

  private void logDistances(TimeWindow window, double shift) {
    for (int i = 0; i < 300; i++) {
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id(window + "d" + i)
                  .model("flights")
                  .version(1)
                  .time(window.from().plusSeconds(i))
                  .features(Map.of("distance", shift + (i * 37) % 300))
                  .build());
    }
    workspace.predictions().flush();
  }

  @Test
  void refuses_no_rule_and_the_same_rule_twice() {
    assertThatThrownBy(() -> watch().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a watch of 'flights' needs at least one rule");
    assertThatThrownBy(() -> watch().coverageBelow(0.5).coverageBelow(0.5))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the rule 'label coverage below 0.5' is there twice");
    assertThatThrownBy(() -> watch().latencyAbove(99, Duration.ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quantile must lie between 0 and 1: 99");
  }

  @Test
  void one_rule_that_cannot_be_judged_silences_no_other() {
    log(MAY, 100, "ok", Duration.ofMillis(1));
    log(JUNE, 200, "error", Duration.ofMillis(1));
    label(MAY, "ok", 100, 2.5);
    label(JUNE, "error", 200, 2.5);
    ModelWatch watch =
        watch().errorsAbove(MAY).metricBelow(Metric.ACCURACY, .7).failuresAbove(.01).build();
    assertThat(watch.evaluate(JUNE))
        .extracting(alert -> alert.kind() + " " + alert.rule() + ": " + alert.sentence())
        .satisfiesExactly(
            errors ->
                assertThat(errors)
                    .isEqualTo(
                        "NOT_JUDGED errors above baseline 2001-05: cannot be judged since"
                            + " 2001-09-01T00:00:00Z: NotFoundException: no labelled predictions"
                            + " of 'flights' in the baseline 2001-05"),
            accuracy ->
                assertThat(accuracy)
                    .startsWith("NOT_JUDGED accuracy below 0.7: cannot be judged since")
                    .endsWith("200 of 200 labels are none of the task binary"),
            failures -> assertThat(failures).startsWith("BROKEN failures above 0.01: 200 of 200"));
  }

  private void label(TimeWindow window, String outcome, int count, double value) {
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      labels.add(Label.of(window + outcome + i, window.to(), value));
    }
    workspace.labels().add(labels);
  }

  @Test
  void a_feature_may_be_called_score() {
    for (int i = 0; i < 100; i++) {
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id("s" + i)
                  .model("flights")
                  .version(1)
                  .time(MAY.from().plusSeconds(i))
                  .score(0.5)
                  .features(Map.of("score", i, "version", "x", "distance", 3))
                  .build());
    }
    ModelMonitor monitor = ModelMonitor.of(workspace).model("flights");
    assertThat(monitor.predictions(MAY).schema().names())
        .contains("score", "version", "feature.score", "feature.version", "distance")
        .doesNotHaveDuplicates();
    assertThat(monitor.predictions(MAY).doubles("feature.score").get(7)).isEqualTo(7);
  }

  @Test
  void silence_is_noticed() {
    log(MAY, 31 * 24, "ok", Duration.ofMillis(1));
    log(JUNE, 100, "ok", Duration.ofMillis(1));
    ModelWatch watch =
        watch().heartbeat().heartbeat(1, Duration.ofHours(1)).constantOutput().build();
    assertThat(watch.evaluate(MAY))
        .extracting(Alert::toString)
        .containsExactly("FIRING flights: constant output in 2001-05: all 744 scores are 0.5");
    assertThat(watch.evaluate(JUNE))
        .extracting(Alert::toString)
        .containsExactly(
            "FIRING flights: heartbeat: fewer than 1 prediction in 1 hour in 2001-06:"
                + " 100 predictions in 30 days");
    assertThat(watch.evaluate(JULY))
        .extracting(alert -> alert.kind() + " " + alert.rule())
        .containsExactly("BROKEN heartbeat: no predictions", "NOT_JUDGED constant output");
  }

  @Test
  void scores_that_are_no_numbers_are_noticed() {
    for (int i = 0; i < 200; i++) {
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id("n" + i)
                  .model("flights")
                  .version(1)
                  .time(MAY.from().plusSeconds(i))
                  .score(i % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY)
                  .build());
    }
    label(MAY, "", 0, 1);
    workspace.predictions().flush();
    assertThat(watch().notFiniteAbove(0).notFiniteAbove(.01).build().evaluate(MAY))
        .extracting(Alert::sentence)
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("200 of 200 have a score that is not finite"),
            second -> assertThat(second).startsWith("200 of 200 have a score that is not finite"));
  }

  @Test
  void a_model_that_never_was_is_told_as_that_alone() {
    ModelWatch watch =
        ModelWatch.of(ModelMonitor.of(workspace).version(3).model("fligths"))
            .metricBelow(Metric.ROC_AUC, .7)
            .heartbeat()
            .build();
    assertThat(watch.evaluate(MAY))
        .extracting(Alert::toString)
        .containsExactly(
            "FIRING fligths version 3: no predictions ever in 2001-05: no prediction of model"
                + " 'fligths', version '3', was ever logged in project 'default';"
                + " is the name as it is logged?");
    assertThat(watch.evaluate(JUNE)).isEmpty();
  }

  @Test
  void two_versions_and_two_kinds_of_windows_have_states_of_their_own() {
    LoggedFlights.log(workspace, JUNE, false);
    ModelWatch first = watchOf("1").metricBelow(Metric.ROC_AUC, .7).build();
    assertThat(first.evaluate(JUNE)).hasSize(1);
    ModelWatch second = watchOf("2").metricBelow(Metric.ROC_AUC, .7).build();
    assertThat(second.firing(JUNE)).isEmpty();
    assertThat(second.evaluate(JUNE))
        .extracting(Alert::rule)
        .containsExactly("no predictions ever");
    TimeWindow tenDays = TimeWindow.of(JUNE.from(), JUNE.from().plus(Duration.ofDays(10)));
    assertThat(first.firing(tenDays)).isEmpty();
    assertThat(first.evaluate(tenDays)).hasSize(1);
    ModelWatch toDate =
        watchOf("1").metricBelow(Metric.ROC_AUC, .7).windows("month to date").build();
    assertThat(toDate.evaluate(tenDays)).hasSize(1);
    assertThat(toDate.evaluate(JUNE)).isEmpty();
  }

  private WatchBuilder watchOf(String version) {
    return ModelWatch.of(
        ModelMonitor.of(workspace).task(Task.binary()).version(version).model("flights"));
  }

  @TestFactory
  Stream<DynamicTest> of_many_that_see_a_change_at_once_one_tells() {
    return Stream.of(
        DynamicTest.dynamicTest("on H2", () -> oneTells(TestDatabases.h2InMemory())),
        DynamicTest.dynamicTest("on PostgreSQL", () -> oneTells(TestDatabases.postgres())));
  }

  private void oneTells(Database database) {
    try (database;
        Workspace shared =
            Workspace.builder().database(database).artifactStore(ArtifactStore.inMemory()).open()) {
      LoggedFlights.log(shared, JUNE, false);
      LoggedFlights.log(shared, AUGUST, true);
      List<Alert> heard = Collections.synchronizedList(new ArrayList<>());
      List<ModelWatch> watches = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        ModelMonitor monitor = ModelMonitor.of(shared).task(Task.binary()).model("flights");
        watches.add(ModelWatch.of(monitor).metricBelow(Metric.ROC_AUC, .7).to(heard::add).build());
      }
      Together.run(4, i -> watches.get(i).evaluate(JUNE));
      assertThat(heard).extracting(Alert::state).containsExactly(Alert.State.FIRING);
      Together.run(4, i -> watches.get(i).evaluate(AUGUST));
      assertThat(heard)
          .extracting(Alert::state)
          .containsExactly(Alert.State.FIRING, Alert.State.RECOVERED);
      assertThat(shared.journal().events().kind("alert.").list()).hasSize(2);
    }
  }

  @TestFactory
  Stream<DynamicTest> names_may_be_as_long_as_names_may_be() {
    return Stream.of(
        DynamicTest.dynamicTest("on H2", () -> longNames(TestDatabases.h2InMemory())),
        DynamicTest.dynamicTest("on PostgreSQL", () -> longNames(TestDatabases.postgres())));
  }

  /** Three bytes a character in an index, and none that compression would shorten away. */
  private static void longNames(Database database) {
    SplitRandom random = SplitRandom.seeded(3);
    StringBuilder text = new StringBuilder();
    while (text.length() < 250) {
      text.append((char) (0x4e00 + random.nextInt(0x5000)));
    }
    String name = text.toString();
    try (database;
        Workspace workspace =
            Workspace.builder()
                .database(database)
                .artifactStore(ArtifactStore.inMemory())
                .project(name)
                .open()) {
      ModelMonitor monitor =
          ModelMonitor.of(workspace).version(name).variant(name).task(Task.binary()).model(name);
      ModelWatch watch =
          ModelWatch.of(monitor).metricBelow(Metric.ROC_AUC, .7).windows(name).build();
      assertThat(watch.evaluate(JUNE)).hasSize(1);
      assertThat(watch.evaluate(JUNE)).isEmpty();
    }
  }

  @Test
  void a_month_looked_at_daily_at_its_limit_holds_its_error() {
    assertThat(monthsThatFire(.8, 200)).isLessThanOrEqualTo(.025 + 3 * .011);
    assertThat(monthsThatFire(.7, 60)).isGreaterThan(.9);
  }

  /** The share of months in which a rule on an accuracy of 0.8 fires, looked at on each day. */
  private double monthsThatFire(double accuracy, int months) {
    SplitRandom random = SplitRandom.seeded(6);
    MetricRule rule = new MetricRule(Metric.ACCURACY, false, .8, Double.POSITIVE_INFINITY);
    int fired = 0;
    for (int month = 0; month < months; month++) {
      double[] right = new double[30 * 50];
      for (int i = 0; i < right.length; i++) {
        right[i] = random.nextDouble() < accuracy ? 1 : 0;
      }
      boolean fires = false;
      for (int day = 1; day <= 30 && !fires; day++) {
        fires =
            MeanProcess.below(rule.limit(), 0, 1)
                .after(Arrays.copyOf(right, 50 * day))
                .rejects(.025);
      }
      fired += fires ? 1 : 0;
    }
    return (double) fired / months;
  }

  @Test
  void refuses_what_can_never_fire_or_hold_its_error() {
    assertThatThrownBy(() -> watch().metricBelow(Metric.RMSE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "there is no metric 'rmse' of a model whose task is binary; there are mean_score,"
                + " roc_auc, positive_rate, accuracy, precision, recall, log_loss, brier,"
                + " calibration_in_the_large");
    Metric own = Metric.named("kept", Metric.Direction.HIGHER, "EUR");
    assertThatThrownBy(() -> watch().metricBelow(own, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "'kept' is a measure of the application's own, which nothing here computes; there are");
    assertThatThrownBy(() -> watch().metricAbove(Metric.BRIER, 1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("brier above 1.5: the limit must lie between 0 and 1, both excluded");
    assertThatThrownBy(() -> amounts().metricBelow(Metric.MAE, 5).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no rule can hold an error for 'mae below 5': mae has no upper bound; say"
                + " errorsWithin(largest error there can be), or watch median_absolute_error");
    assertThat(amounts().metricBelow(Metric.MAE, 5).errorsWithin(100).build()).isNotNull();
    assertThatThrownBy(() -> amounts().errorsAbove(MAY))
        .hasMessage(
            "predictions of 'flights' are not right or wrong, as it predicts amounts; watch mae or"
                + " rmse");
  }

  @Test
  void refuses_limits_of_another_sign() {
    assertThatThrownBy(() -> amounts().metricAbove(Metric.RMSE, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rmse above -1: the limit must lie between 0 and Infinity, both excluded");
    assertThatThrownBy(() -> amounts().metricAbove(Metric.MEDIAN_ABSOLUTE_ERROR, -1))
        .hasMessageContaining("the limit must lie between 0 and Infinity");
    assertThatThrownBy(() -> amounts().metricAbove(Metric.RMSE, Double.NaN))
        .hasMessageContaining("the limit must lie between 0 and Infinity");
    for (Duration limit : List.of(Duration.ZERO, Duration.ofMillis(-5))) {
      assertThatThrownBy(() -> watch().latencyAbove(0.9, limit))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a latency's limit must be above zero: " + Exactly.duration(limit));
    }
  }

  /** Evidence of 3,000 failures of 3,000 overflows a double; no evidence is infinite. */
  @Test
  void evidence_beyond_a_double_is_said_to_be_so() {
    log(MAY, 3_000, "error", Duration.ofMillis(5));
    assertThat(watch().failuresAbove(0.01).build().evaluate(MAY))
        .singleElement()
        .satisfies(
            alert ->
                assertThat(alert.sentence())
                    .isEqualTo(
                        "3,000 of 3,000 failed (100.00 %), evidence above 1e300 (fires from 40)"));
  }

  private WatchBuilder amounts() {
    return ModelWatch.of(ModelMonitor.of(workspace).task(Task.regression()).model("flights"));
  }

  @Test
  void rules_on_amounts_see_what_their_metrics_see() {
    SplitRandom random = SplitRandom.seeded(9);
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      double score = random.nextGaussian();
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id("a" + i)
                  .model("flights")
                  .version(1)
                  .time(MAY.from().plusSeconds(i))
                  .score(score)
                  .build());
      labels.add(Label.of("a" + i, MAY.to(), score + Math.exp(random.nextGaussian())));
    }
    workspace.labels().add(labels);
    ModelWatch watch =
        amounts()
            .metricAbove(Metric.MAE, 1)
            .metricAbove(Metric.RMSE, 1.2)
            .metricAbove(Metric.MEDIAN_ABSOLUTE_ERROR, .7)
            .metricBelow(Metric.MEDIAN_ABSOLUTE_ERROR, 1.5)
            .metricBelow(Metric.BIAS, -1)
            .metricAbove(Metric.MAE, 3)
            .metricAbove(Metric.RMSE, 6)
            .errorsWithin(200)
            .build();
    assertThat(watch.evaluate(MAY))
        .extracting(Alert::rule)
        .containsExactly(
            "mae above 1",
            "rmse above 1.2",
            "median_absolute_error above 0.7",
            "median_absolute_error below 1.5");
    assertThat(watch.notJudged(MAY)).isEmpty();
  }
}
