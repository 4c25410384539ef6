package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.rollout.Bound;
import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.LatencyBudget;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GuardTest {

  @Test
  void is_strict_and_must_prove_unless_told_otherwise() {
    assertThat(Guard.errors().terms(500))
        .isEqualTo(
            new GuardTerms(
                "errors",
                GuardTerms.Kind.ERRORS,
                0,
                null,
                0,
                new Bound.Relative(1, 1.25, 0.001),
                0.01,
                0.05,
                true,
                500,
                0));
    assertThat(Guard.errors().notDecisive().terms(500).decisive()).isFalse();
  }

  @Test
  void takes_its_margin_from_the_ratio() {
    assertThat(Guard.errors().ratio(2).terms(500).bound())
        .isEqualTo(new Bound.Relative(2, 2.5, 0.001));
    assertThat(Guard.errors().margin(1.1).negligible(0).ratio(1.05).terms(500).bound())
        .isEqualTo(new Bound.Relative(1.05, 1.1, 0));
  }

  @Test
  void has_an_absolute_limit_in_its_name() {
    Guard guard = Guard.latencyOver(Duration.ofMillis(20)).atMost(0.01);
    assertThat(guard.name()).isEqualTo("latency over 20 milliseconds at most 1 %");
    assertThat(guard.terms(500).bound()).isEqualTo(new Bound.Absolute(0.01));
    assertThat(guard.named("slow").name()).isEqualTo("slow");
  }

  @Test
  void of_a_quantile_compares_times_by_its_ratio_and_late_answers_as_they_are() {
    GuardTerms terms = Guard.latencyQuantile(0.99).ratio(1.25).terms(500);
    assertThat(terms.name()).isEqualTo("latency p99");
    assertThat(terms.quantile()).isEqualTo(LatencyBudget.untaken(0.99, 1.25));
    assertThat(terms.bound()).isEqualTo(new Bound.Relative(1, 1.25, 0.001));
    assertThat(terms.budgetNanos()).isZero();
    assertThat(terms.warmUp()).isEqualTo(500);
    assertThat(Guard.latencyQuantile(0.999).margin(2).terms(500).bound())
        .as("a tenth of what is beyond")
        .isEqualTo(new Bound.Relative(1, 2, (1 - 0.999) / 10));
    assertThat(Guard.latencyQuantile(0.5)).hasToString("guard 'latency p50'");
  }

  @Test
  void warms_up_for_latency_only() {
    assertThat(Guard.latencyOver(Duration.ofMillis(20)).terms(500).warmUp()).isEqualTo(500);
    assertThat(Guard.errors().warmUp(70).terms(500).warmUp()).isEqualTo(70);
  }

  @Nested
  class Refuses {

    @Test
    void numbers_out_of_range() {
      assertThatThrownBy(() -> Guard.errors().margin(Double.NaN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("margin must lie within 0.001 and 1,000, such as 1 or 1.25: NaN");
      assertThatThrownBy(() -> Guard.errors().negligible(1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("negligible must be a rate from 0 to below 1, such as 0.001: 1");
      assertThatThrownBy(() -> Guard.errors().atMost(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("atMost must lie between 0 and 1: 0");
    }

    @Test
    void a_limit_of_its_own_beside_a_comparison() {
      assertThatThrownBy(() -> Guard.errors().margin(1.1).atMost(0.05))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "margin compares with the live model and atMost does not, so a guard has one or the"
                  + " other; add a second guard");
      assertThatThrownBy(() -> Guard.errors().atMost(0.05).ratio(2))
          .hasMessageStartingWith("ratio compares with the live model and atMost does not");
    }

    @Test
    void a_quantile_that_no_router_knows() {
      for (double quantile : new double[] {0.9995, 0, 1, -1, 99, Double.NaN}) {
        assertThatThrownBy(() -> Guard.latencyQuantile(quantile))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("quantile must lie within 0.001 and 0.999, such as 0.99: ")
            .hasMessageEndingWith("; for a rarer latency give its time by latencyOver(...)");
      }
      assertThat(Guard.latencyQuantile(0.999).name()).isEqualTo("latency p99.9");
      assertThat(Guard.latencyQuantile(0.001).name()).isEqualTo("latency p0.1");
    }

    @Test
    void what_a_quantile_has_no_sense_of() {
      assertThatThrownBy(() -> Guard.latencyQuantile(0.99).ratio(0.9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "ratio of a latency quantile must lie within 1 and 1,000, such as 1.25, as it says how many times longer the candidate may take: 0.9");
      assertThatThrownBy(() -> Guard.latencyQuantile(0.99).atMost(0.01))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "guard 'latency p99' compares with the live model's quantile, so it has no limit of its own; use latencyOver(time).atMost(rate)");
    }

    @Test
    void a_warm_up_for_labels() {
      assertThatThrownBy(() -> Guard.labelErrors((score, label) -> true).warmUp(10))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("guard 'label errors' is about labels, so it has no warm-up");
    }
  }
}
