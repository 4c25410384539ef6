package dev.mlops.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.stats.Interval;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TargetTest {

  @Test
  void reads_as_it_is_said() {
    Target target =
        Target.of(Metric.RECALL)
            .atLeast(0.7)
            .confidence(0.9)
            .slice("age >= 65")
            .within(Duration.ofDays(60));
    assertThat(target).hasToString("recall of age >= 65 at least 0.7 at 90 % within 60 days");
    assertThat(target.id()).isEqualTo("recall of age >= 65");
    assertThat(target.named("elderly").id()).isEqualTo("elderly");
    assertThat(Target.of(Metric.BIAS)).hasToString("bias without a limit at 95 %");
  }

  @Test
  void refuses_what_no_model_could_miss_or_reach() {
    assertThatThrownBy(() -> Target.of(Metric.ROC_AUC).atMost(0.9))
        .hasMessage("more of roc_auc is better; say atLeast, not atMost 0.9");
    assertThatThrownBy(() -> Target.of(Metric.LOG_LOSS).atLeast(0.4))
        .hasMessage("less of log_loss is better; say atMost, not atLeast 0.4");
    assertThatThrownBy(() -> Target.of(Metric.ACCURACY).atLeast(82))
        .hasMessage("accuracy at least 82: the limit must lie between 0 and 1, both excluded");
    assertThatThrownBy(() -> Target.of(Metric.ACCURACY).atLeast(1))
        .hasMessageContaining("excluded");
    assertThatThrownBy(() -> Target.of(Metric.ACCURACY).atLeast(0))
        .hasMessageContaining("excluded");
    assertThatThrownBy(() -> Target.of(Metric.RMSE).atMost(Double.NaN))
        .hasMessage("rmse at most NaN: the limit must lie between 0 and Infinity, both excluded");
    assertThatThrownBy(() -> Target.of(Metric.ACCURACY).confidence(1))
        .hasMessage("confidence must lie between 0 and 1, both excluded: 1");
    assertThatThrownBy(() -> Target.of(Metric.ACCURACY).within(Duration.ZERO))
        .hasMessage("within must be positive: 0 seconds");
    assertThatThrownBy(() -> Target.of(Metric.ACCURACY).atLeast(0.8).atLeast(0.9))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the option 'atLeast' is set already, to 0.8");
  }

  /** 0.025^(1/n) >= 0.9 from n = 36 on: the lower end of n successes in n trials. */
  @Test
  void even_without_an_error_a_share_takes_its_rows() {
    Target target = Target.of(Metric.ACCURACY).atLeast(0.9);
    assertThat(target.rowsNeeded(0.5)).hasValue(36);
    assertThat(Interval.share(36, 36, 0.95).lower()).isGreaterThanOrEqualTo(0.9);
    assertThat(Interval.share(35, 35, 0.95).lower()).isLessThan(0.9);
  }

  @Test
  void what_is_expected_takes_more_rows_and_is_proved_by_them() {
    Target target = Target.of(Metric.ACCURACY).atLeast(0.9).expecting(0.92);
    long rows = target.rowsNeeded(0.5).orElseThrow();
    assertThat(rows).isBetween(700L, 1_000L);
    assertThat(Interval.share(Math.round(0.92 * rows), rows, 0.95).lower())
        .isGreaterThanOrEqualTo(0.9);
  }

  /** Hanley and McNeil's variance at 0.85 of 1:1 rows gives about 410 for a lower end of 0.81. */
  @Test
  void an_area_takes_more_rows_where_positives_are_rare() {
    Target target = Target.of(Metric.ROC_AUC).atLeast(0.81).expecting(0.85);
    long balanced = target.rowsNeeded(0.5).orElseThrow();
    long rare = target.rowsNeeded(0.05).orElseThrow();
    assertThat(balanced).isBetween(300L, 500L);
    assertThat(rare).isBetween(3 * balanced, 10 * balanced);
  }

  @Test
  void a_bounded_mean_has_rows_and_an_unbounded_one_has_none() {
    assertThat(Target.of(Metric.BRIER).atMost(0.2).rowsNeeded(0.5).orElseThrow())
        .isBetween(10L, 60L);
    assertThat(Target.of(Metric.RMSE).atMost(3).rowsNeeded(0.5)).isEmpty();
    assertThat(Target.of(Metric.ACCURACY).rowsNeeded(0.5)).isEmpty();
    assertThat(Target.of(Metric.ACCURACY).atLeast(0.9).expecting(0.9).rowsNeeded(0.5)).isEmpty();
    assertThatThrownBy(() -> Target.of(Metric.BRIER).rowsNeeded(0))
        .hasMessage("positiveRate must lie between 0 and 1, both excluded: 0");
  }
}
