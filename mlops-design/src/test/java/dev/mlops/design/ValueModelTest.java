package dev.mlops.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.stats.SplitRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ValueModelTest {

  private static ValueModel churn() {
    return ValueModel.ofDecisions("EUR")
        .truePositive(40)
        .falsePositive(-5)
        .falseNegative(-40)
        .trueNegative(0)
        .decisionsPerMonth(20_000)
        .buildCost(30_000)
        .runCostPerMonth(400);
  }

  /**
   * By hand: tp 0.048, fp 0.112, fn 0.032, tn 0.808; with 1.92 - 0.56 - 1.28 = 0.08 a decision;
   * nobody -3.2, everybody 3.2 - 4.6 = -1.4; gain 20,000 (0.08 + 1.4) - 400 = 29,200.
   */
  @Test
  void is_what_one_computes_by_hand() {
    ValueEstimate estimate = churn().expecting(0.08, 0.6, 0.3, 500).estimate(1);
    assertThat(estimate.perDecision()).isCloseTo(0.08, within(1e-12));
    assertThat(estimate.withoutModel()).isCloseTo(-1.4, within(1e-12));
    assertThat(estimate.gainPerMonth().estimate()).isCloseTo(29_200, within(1e-6));
    assertThat(estimate.paybackMonths().orElseThrow()).isCloseTo(30_000 / 29_200.0, within(1e-9));
    assertThat(estimate.actFrom().orElseThrow()).isCloseTo(5.0 / 85, within(1e-12));
  }

  @Test
  void breaks_even_where_the_gain_is_nothing() {
    ValueEstimate estimate = churn().expecting(0.08, 0.6, 0.3, 500).estimate(1);
    ValueEstimate.BreakEven even = estimate.breakEven().orElseThrow();
    assertThat(even.metric()).isEqualTo(Metric.PRECISION);
    ValueEstimate there = churn().expecting(0.08, 0.6, even.value(), 500).estimate(1);
    assertThat(there.gainPerMonth().estimate()).isCloseTo(0, within(1e-6));
    assertThat(there.paybackMonths().orElse(1e9)).isGreaterThan(1e6);
  }

  @Test
  void acting_on_everybody_can_be_better_than_any_model() {
    ValueEstimate estimate =
        ValueModel.ofDecisions("EUR")
            .truePositive(100)
            .falsePositive(0)
            .falseNegative(-100)
            .trueNegative(0)
            .decisionsPerMonth(1_000)
            .buildCost(1)
            .runCostPerMonth(10)
            .expecting(0.5, 0.9, 0.9, 100)
            .estimate(1);
    assertThat(estimate.withoutModel()).isEqualTo(50);
    assertThat(estimate.gainPerMonth().estimate()).isNegative();
    assertThat(estimate.breakEven()).isEmpty();
    assertThat(estimate.paybackMonths()).isEmpty();
    assertThat(estimate.sentence()).contains("its building is never paid");
  }

  /** 1,000 decisions, 2 EUR for each unit of error, from 10 down to 7: 6,000 less 500. */
  @Test
  void errors_are_worth_what_they_are_less() {
    ValueEstimate estimate =
        ValueModel.ofErrors("EUR")
            .costPerUnitOfError(2)
            .decisionsPerMonth(1_000)
            .buildCost(11_000)
            .runCostPerMonth(500)
            .expecting(10, 7, 400)
            .estimate(3);
    assertThat(estimate.gainPerMonth().estimate()).isCloseTo(5_500, within(1e-9));
    assertThat(estimate.paybackMonths()).hasValue(2);
    assertThat(estimate.breakEven())
        .contains(new ValueEstimate.BreakEven(Metric.MAE, 10 - 500.0 / 2_000));
    assertThat(estimate.gainPerMonth().lower()).isBetween(3_800.0, 4_700.0);
    assertThat(estimate.gainPerMonth().upper()).isBetween(6_300.0, 7_200.0);
  }

  @Test
  void the_same_seed_gives_the_same_range_and_more_rows_a_narrower_one() {
    ValueModel few = churn().expecting(0.08, 0.6, 0.3, 200);
    ValueModel many = churn().expecting(0.08, 0.6, 0.3, 200_000);
    assertThat(few.estimate(7)).isEqualTo(few.estimate(7));
    assertThat(few.estimate(7).gainPerMonth()).isNotEqualTo(few.estimate(8).gainPerMonth());
    assertThat(width(few)).isGreaterThan(5 * width(many));
  }

  private static double width(ValueModel model) {
    return model.estimate(7).gainPerMonth().upper() - model.estimate(7).gainPerMonth().lower();
  }

  /** The range of known shares against months of drawn decisions. */
  @Test
  void nine_of_ten_months_lie_in_the_range() {
    ValueEstimate estimate = churn().expecting(0.08, 0.6, 0.3, 1_000_000_000_000L).estimate(1);
    SplitRandom random = SplitRandom.seeded(42);
    long within =
        DoubleStream.generate(() -> month(random))
            .limit(400)
            .filter(estimate.gainPerMonth()::contains)
            .count();
    assertThat(within).isBetween(335L, 385L);
  }

  /** Against acting on everybody: 0 where the model acts, and what it spares or loses elsewhere. */
  private static double month(SplitRandom random) {
    double sum = -400;
    for (int i = 0; i < 20_000; i++) {
      double at = random.nextDouble();
      sum += at < 0.16 ? 0 : at < 0.192 ? -80 : 5;
    }
    return sum;
  }

  @Test
  void gamma_variables_have_their_mean_and_variance() {
    SplitRandom random = SplitRandom.seeded(5);
    for (double shape : new double[] {0.5, 1, 3.7, 250}) {
      double[] drawn =
          DoubleStream.generate(() -> MonthlyGains.gamma(shape, random)).limit(40_000).toArray();
      double mean = DoubleStream.of(drawn).average().orElseThrow();
      double variance =
          DoubleStream.of(drawn).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
      assertThat(mean).isCloseTo(shape, within(0.03 * Math.max(1, shape)));
      assertThat(variance).isCloseTo(shape, within(0.06 * Math.max(1, shape)));
    }
  }

  @Test
  void says_what_is_missing_and_what_cannot_be() {
    assertThatThrownBy(() -> churn().estimate(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "no estimate of value yet; still to be said: positive_rate, recall, precision, rows");
    assertThatThrownBy(() -> churn().expecting(0.5, 1, 0.2, 100).estimate(1))
        .hasMessage(
            "a precision of 0.2 at a recall of 1 and a positive rate of 0.5 is not possible: it"
                + " would take more negatives than there are");
    assertThatThrownBy(() -> churn().expecting(8, 0.6, 0.3, 500))
        .hasMessage("positive_rate must lie between 0 and 1: 8");
    assertThatThrownBy(() -> churn().buildCost(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the option 'build_cost' is set already, to 30,000");
    assertThatThrownBy(() -> churn().costPerUnitOfError(1))
        .hasMessage("the value of decisions has no cost_per_unit_of_error");
  }
}
