package dev.mlops.retraining;

import static dev.mlops.retraining.Finding.State.QUIET;
import static dev.mlops.retraining.Finding.State.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.stats.Interval;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerTest {

  private static final Instant NOW = Instant.parse("2001-07-01T00:00:00Z");
  private static final Trigger LOW = Trigger.performanceBelow(Metric.ROC_AUC, 0.7, 0.95);
  private static final Trigger HIGH = Trigger.performanceAbove(Metric.LOG_LOSS, 0.5, 0.95);

  @ParameterizedTest
  @CsvSource({
    "0.60, 0.69, FIRED, 'roc_auc is 0.645 (0.6 to 0.69 at 95 %), wholly below 0.7'",
    "0.60, 0.70, UNKNOWN, 'roc_auc is 0.65 (0.6 to 0.7 at 95 %), partly below 0.7'",
    "0.69, 0.80, UNKNOWN, 'roc_auc is 0.745 (0.69 to 0.8 at 95 %), partly below 0.7'",
    "0.70, 0.80, QUIET, 'roc_auc is 0.75 (0.7 to 0.8 at 95 %), no part of it below 0.7'"
  })
  void fires_only_when_the_whole_interval_is_below(
      double lower, double upper, Finding.State state, String reason) {
    assertThat(LOW.examine(measured(Metric.ROC_AUC, lower, upper, 0.95), NOW))
        .isEqualTo(new Finding(state, reason));
  }

  @ParameterizedTest
  @CsvSource({"0.51, 0.60, FIRED", "0.40, 0.51, UNKNOWN", "0.40, 0.50, QUIET"})
  void fires_only_when_the_whole_interval_is_above(
      double lower, double upper, Finding.State state) {
    assertThat(HIGH.examine(measured(Metric.LOG_LOSS, lower, upper, 0.95), NOW).state())
        .isEqualTo(state);
  }

  private static Evidence measured(Metric metric, double lower, double upper, double confidence) {
    Interval interval = new Interval(lower, (lower + upper) / 2, upper, confidence);
    return Evidence.builder().performance(metric, interval).build();
  }

  @Test
  void does_not_know_what_was_not_measured_or_not_surely_enough() {
    assertThat(LOW.examine(Evidence.builder().build(), NOW))
        .isEqualTo(Finding.unknown("roc_auc was not measured"));
    assertThat(LOW.examine(measured(Metric.ROC_AUC, 0.5, 0.6, 0.9), NOW))
        .isEqualTo(Finding.unknown("roc_auc is 0.55 (0.5 to 0.6 at 90 %), less sure than 95 %"));
    assertThat(LOW.examine(measured(Metric.ACCURACY, 0.5, 0.6, 0.95), NOW))
        .isEqualTo(Finding.unknown("roc_auc was not measured, but accuracy"));
  }

  @Test
  void refuses_a_limit_that_is_no_number_and_a_training_yet_to_come() {
    assertThatThrownBy(() -> Trigger.performanceBelow(Metric.ROC_AUC, Double.NaN, 0.95))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("roc_auc below NaN: the limit must lie between 0 and 1, both excluded");
    Evidence future = Evidence.builder().trained(NOW.plus(Duration.ofDays(2))).build();
    assertThat(Trigger.olderThan(Duration.ofDays(30)).examine(future, NOW))
        .isEqualTo(Finding.unknown("the model is said to be trained 2 days from now"));
  }

  @Test
  void can_word_an_interval_without_an_end() {
    assertThat(
            LOW.examine(measured(Metric.ROC_AUC, Double.NEGATIVE_INFINITY, 0.6, 0.95), NOW)
                .reason())
        .isEqualTo("roc_auc is -Infinity (-Infinity to 0.6 at 95 %), wholly below 0.7");
  }

  @Test
  void tells_no_drift_from_drift_not_looked_for() {
    assertThat(Trigger.drift().examine(Evidence.builder().build(), NOW))
        .isEqualTo(Finding.unknown("drift was not looked for"));
    assertThat(Trigger.drift().examine(drifted(), NOW))
        .isEqualTo(Finding.quiet("nothing has drifted"));
    assertThat(Trigger.drift().examine(drifted("delay"), NOW))
        .isEqualTo(Finding.fired("delay has drifted"));
    assertThat(Trigger.drift().examine(drifted("delay", "carrier"), NOW))
        .isEqualTo(Finding.fired("delay, carrier have drifted"));
  }

  private static Evidence drifted(String... columns) {
    return Evidence.builder().drifted(List.of(columns)).build();
  }

  @Test
  void fires_the_day_after_the_model_is_too_old() {
    Trigger old = Trigger.olderThan(Duration.ofDays(30));
    assertThat(old.examine(Evidence.builder().build(), NOW).state()).isEqualTo(UNKNOWN);
    assertThat(old.examine(trained(30), NOW).state()).isEqualTo(QUIET);
    assertThat(old.examine(trained(31), NOW))
        .isEqualTo(Finding.fired("the model is 31 days old, more than 30 days"));
  }

  private static Evidence trained(int daysAgo) {
    return Evidence.builder().trained(NOW.minus(Duration.ofDays(daysAgo))).build();
  }

  @Test
  void combines_by_three_valued_logic() {
    Finding fired = Finding.fired("f");
    Finding unknown = Finding.unknown("u");
    Finding quiet = Finding.quiet("q");
    assertThat(fired.or(unknown)).isEqualTo(fired);
    assertThat(quiet.or(fired)).isEqualTo(fired);
    assertThat(quiet.or(unknown)).isEqualTo(unknown);
    assertThat(fired.and(unknown)).isEqualTo(unknown);
    assertThat(unknown.and(quiet)).isEqualTo(quiet);
    assertThat(fired.and(quiet)).isEqualTo(quiet);
    assertThat(fired.and(Finding.fired("g"))).isEqualTo(Finding.fired("f and g"));
    assertThat(quiet.or(Finding.quiet("r"))).isEqualTo(Finding.quiet("q and r"));
  }

  @Test
  void reads_as_it_was_written() {
    assertThat(LOW.or(Trigger.drift().and(HIGH)))
        .hasToString("(roc_auc below 0.7 at 95 % or (drift and log_loss above 0.5 at 95 %))");
  }

  @Test
  void knows_when_drift_could_decide_alone() {
    Trigger drift = Trigger.drift();
    assertThat(drift.isDriftAlone()).isTrue();
    assertThat(drift.or(LOW).isDriftAlone()).isTrue();
    assertThat(LOW.or(drift.and(drift)).isDriftAlone()).isTrue();
    assertThat(drift.and(LOW).or(HIGH).isDriftAlone()).isFalse();
    assertThat(drift.or(HIGH).and(LOW).isDriftAlone()).isFalse();
  }

  @Test
  void refuses_certainty() {
    assertThatThrownBy(() -> Trigger.performanceBelow(Metric.ROC_AUC, 0.7, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("confidence must lie between 0 and 1, both excluded: 1");
  }

  @Test
  void refuses_the_better_side_of_a_metric() {
    assertThatThrownBy(() -> Trigger.performanceBelow(Metric.LOG_LOSS, 0.4, 0.95))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("less of log_loss is better; say performanceAbove, not performanceBelow");
    assertThatThrownBy(() -> Trigger.performanceAbove(Metric.ROC_AUC, 0.9, 0.95))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("more of roc_auc is better; say performanceBelow, not performanceAbove");
  }

  @Test
  void a_policy_refuses_a_metric_of_another_task() {
    RetrainingPolicy.Builder policy =
        RetrainingPolicy.builder("flights")
            .task(Task.regression())
            .triggeredBy(
                Trigger.drift().and(LOW).or(Trigger.performanceAbove(Metric.MAE, 3, 0.95)));
    assertThatThrownBy(policy::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "policy 'flights' goes by roc_auc, which a model whose task is regression does not"
                + " have; there are [mean_score, mean_label, bias, mae, median_absolute_error,"
                + " rmse]");
  }
}
