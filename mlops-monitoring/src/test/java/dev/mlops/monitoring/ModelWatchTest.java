package dev.mlops.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.drift.DriftDetector;
import dev.mlops.journal.Event;
import dev.mlops.journal.EventQuery;
import dev.mlops.predictions.Label;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

  private ModelWatch.Builder watch() {
    return ModelMonitor.in(workspace).model("flights").watch();
  }

  private void log(TimeWindow window, int count, String outcome, Duration latency) {
    for (int i = 0; i < count; i++) {
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id(window + outcome + i)
                  .model("flights")
                  .version("1")
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
    Flights.log(workspace, MAY, true);
    Flights.log(workspace, JUNE, false);
    Flights.log(workspace, JULY, false);
    Flights.log(workspace, AUGUST, true);
    ModelWatch watch = watch().metricBelow("roc_auc", 0.7).to(told::add).build();
    assertThat(watch.evaluate(MAY)).isEmpty();
    assertThat(watch.evaluate(JUNE)).extracting(Alert::state).containsExactly(Alert.State.FIRING);
    assertThat(watch.evaluate(JUNE)).isEmpty();
    assertThat(watch.evaluate(JULY)).isEmpty();
    assertThat(watch.firing()).containsExactly("roc_auc below 0.7");
    assertThat(watch.evaluate(AUGUST)).hasSize(1);
    assertThat(watch.firing()).isEmpty();
    assertThat(told)
        .extracting(Alert::toString)
        .containsExactly(
            "FIRING flights: roc_auc below 0.7 in 2001-06: roc_auc 0.4887 [0.4586, 0.5189] of 1411",
            "RECOVERED flights: roc_auc below 0.7 in 2001-08:"
                + " roc_auc 0.8400 [0.8203, 0.8596] of 1458");
    assertThat(told.get(0).time()).isEqualTo(NOW);
  }

  @Test
  void a_window_that_cannot_tell_changes_nothing() {
    Flights.log(workspace, JUNE, false);
    ModelWatch watch = watch().metricBelow("roc_auc", 0.7).coverageBelow(0.5).build();
    assertThat(watch.evaluate(MAY)).isEmpty();
    assertThat(watch.evaluate(JUNE)).hasSize(1);
    assertThat(watch.evaluate(JULY)).isEmpty();
    assertThat(watch.firing()).containsExactly("roc_auc below 0.7");
  }

  @Test
  void a_new_watch_learns_from_the_journal_what_is_firing() {
    Flights.log(workspace, JUNE, false);
    Flights.log(workspace, AUGUST, true);
    assertThat(watch().metricBelow("roc_auc", 0.7).build().evaluate(JUNE)).hasSize(1);
    ModelWatch reborn = watch().metricBelow("roc_auc", 0.7).build();
    assertThat(reborn.firing()).containsExactly("roc_auc below 0.7");
    assertThat(reborn.evaluate(JUNE)).isEmpty();
    assertThat(reborn.evaluate(AUGUST)).hasSize(1);
    assertThat(watch().metricBelow("roc_auc", 0.7).build().firing()).isEmpty();
    assertThat(ModelMonitor.in(workspace).model("trains").watch().coverageBelow(0).build().firing())
        .isEmpty();
    List<Event> events = workspace.journal().list(EventQuery.all());
    assertThat(events).extracting(Event::kind).containsExactly("alert.firing", "alert.recovered");
    assertThat(events.get(0).details())
        .containsEntry("model", "flights")
        .containsEntry("rule", "roc_auc below 0.7")
        .containsEntry("window", "2001-06");
  }

  @Test
  void a_sink_that_throws_is_counted_and_harms_nobody() {
    Flights.log(workspace, JUNE, false);
    Flights.log(workspace, AUGUST, true);
    AlertSink broken =
        alert -> {
          throw new IllegalStateException("the pager is off");
        };
    ModelWatch watch = watch().metricBelow("roc_auc", 0.7).to(broken, told::add).build();
    watch.evaluate(JUNE);
    watch.evaluate(AUGUST);
    assertThat(told).hasSize(2);
    assertThat(watch.sinkFailures()).isEqualTo(2);
  }

  @Test
  void a_metric_may_be_too_high() {
    Flights.log(workspace, MAY, true);
    Flights.log(workspace, JUNE, false);
    ModelWatch watch = watch().metricAbove("log_loss", 0.7).build();
    assertThat(watch.evaluate(MAY)).isEmpty();
    assertThat(watch.evaluate(JUNE)).extracting(Alert::rule).containsExactly("log_loss above 0.7");
  }

  @Test
  void labels_may_fail_to_come() {
    log(MAY, 200, "ok", Duration.ofMillis(1));
    ModelWatch watch = watch().coverageBelow(0.8).build();
    assertThat(watch.evaluate(MAY))
        .extracting(Alert::sentence)
        .containsExactly("0 of 200 labelled, 200 pending, 0 late");
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      labels.add(new Label(MAY + "ok" + i, NOW, 1));
    }
    workspace.predictions().label(labels);
    assertThat(watch.evaluate(MAY)).extracting(Alert::state).containsExactly(Alert.State.RECOVERED);
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
        .containsExactly("latency quantile 0.99 above PT0.02S", "failures above 0.01");
    assertThat(alerts.get(1).sentence()).isEqualTo("50 of 1000 failed");
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
    Flights.log(workspace, APRIL, true);
    Flights.log(workspace, MAY, true);
    Flights.log(workspace, JUNE, false);
    Flights.log(workspace, AUGUST, true);
    ModelWatch watch = watch().errorsAbove(APRIL).build();
    assertThat(watch.evaluate(APRIL)).isEmpty();
    assertThat(watch.evaluate(MAY)).isEmpty();
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
    ModelMonitor monitor = ModelMonitor.in(workspace).model("flights");
    DriftDetector detector =
        DriftDetector.reference(monitor.predictions(weeks[0])).columns("distance").build();
    ModelWatch watch = monitor.watch().drift(detector).build();
    assertThat(watch.evaluate(weeks[1])).isEmpty();
    assertThat(watch.evaluate(weeks[2])).isEmpty();
    assertThat(watch.evaluate(weeks[3]))
        .extracting(Alert::sentence)
        .containsExactly("drift confirmed: [distance]; this window: drift: 1 drifted [distance]");
    assertThat(watch.evaluate(JULY)).isEmpty();
  }

  private void logDistances(TimeWindow window, double shift) {
    for (int i = 0; i < 300; i++) {
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id(window + "d" + i)
                  .model("flights")
                  .version("1")
                  .time(window.from().plusSeconds(i))
                  .features(java.util.Map.of("distance", shift + (i * 37) % 300))
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
        .hasMessage("the rule 'label coverage below 0.5' is already set");
    assertThatThrownBy(() -> watch().latencyAbove(99, Duration.ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quantile must lie between 0 and 1: 99.0");
  }
}
