package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BadRateProcessTest {

  private static final double[] ABOVE = {1.25, 1.5, 2, 3, 5, 10};
  private static final double[] BELOW = {0.9, 0.75, 0.5, 0.25, 0.1};

  /** The twin: one event after the other, as the ratio of two probabilities of what happened. */
  private static double likelihoodRatios(List<Boolean> events, double limit, double[] grid) {
    double mean = 0;
    for (double odds : grid) {
      double bet = odds * limit / (1 - limit + odds * limit);
      double stake = 1;
      for (boolean bad : events) {
        stake *= bad ? bet / limit : (1 - bet) / (1 - limit);
      }
      mean += stake / grid.length;
    }
    return mean;
  }

  @Property(tries = 300)
  void is_the_mean_of_the_likelihood_ratios(
      @ForAll @Size(max = 200) List<Boolean> events,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double limit) {
    long bad = events.stream().filter(event -> event).count();
    BadRateProcess above = BadRateProcess.rollback(limit).after(events.size(), bad);
    BadRateProcess below = BadRateProcess.promotion(limit).after(events.size(), bad);
    assertThat(above.logE())
        .isCloseTo(Math.log(likelihoodRatios(events, limit, ABOVE)), within(1e-9));
    assertThat(below.logE())
        .isCloseTo(Math.log(likelihoodRatios(events, limit, BELOW)), within(1e-9));
  }

  @Test
  void shows_a_rate_below_a_hundredth_by_some_five_hundred_good_events() {
    assertThat(BadRateProcess.promotion(0.01).after(400, 0).rejects(0.05)).isFalse();
    assertThat(BadRateProcess.promotion(0.01).after(520, 0).rejects(0.05)).isTrue();
  }

  @Test
  void shows_an_outage_by_a_handful_of_bad_events() {
    assertThat(BadRateProcess.rollback(0.05).after(4, 4).rejects(0.01)).isTrue();
    assertThat(BadRateProcess.rollback(0.05).after(3, 3).rejects(0.01)).isFalse();
  }

  @Test
  void remembers_the_strongest_evidence() {
    BadRateProcess evidence = BadRateProcess.rollback(0.05).after(4, 4).after(1_000, 0);
    assertThat(evidence.logE()).isNegative();
    assertThat(evidence.maximum()).isGreaterThan(100);
    assertThat(evidence.limit()).isEqualTo(0.05);
    assertThat(evidence).hasToString("E = 1.559e-06, at most 439.8, against a rate of 0.05");
  }

  @Test
  void refuses_what_is_no_rate_and_no_count() {
    assertThatThrownBy(() -> BadRateProcess.rollback(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limit must be a rate between 0 and 1, such as 0.05: 1");
    assertThatThrownBy(() -> BadRateProcess.promotion(Double.NaN))
        .hasMessage("limit must be a rate between 0 and 1, such as 0.05: NaN");
    assertThatThrownBy(() -> BadRateProcess.rollback(0.5).after(3, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bad events must lie between 0 and the 3 events: 4");
  }

  /** Seeded simulations, one look after each event. */
  @Nested
  class Simulated {

    private static final int RUNS = 1_000;
    private static final int EVENTS = 3_000;

    private static int firstLook(
        BadRateProcess start, int seed, IntToDoubleFunction rate, double alpha) {
      SplitRandom random = SplitRandom.seeded(seed);
      BadRateProcess evidence = start;
      for (int event = 1; event <= EVENTS; event++) {
        evidence = evidence.after(1, random.nextDouble() < rate.applyAsDouble(event) ? 1 : 0);
        if (evidence.rejects(alpha)) {
          return event;
        }
      }
      return Integer.MAX_VALUE;
    }

    private static double shareFound(BadRateProcess start, IntToDoubleFunction rate) {
      int found = 0;
      for (int seed = 0; seed < RUNS; seed++) {
        found += firstLook(start, seed, rate, 0.05) < Integer.MAX_VALUE ? 1 : 0;
      }
      return found / (double) RUNS;
    }

    /** At alpha 5 % the mean is at most 5 %; three standard errors of 1,000 runs are 2.1 %. */
    @Test
    void keep_alpha_at_the_border_however_often_one_looks() {
      assertThat(shareFound(BadRateProcess.rollback(0.05), event -> 0.05)).isBetween(0.005, 0.071);
      assertThat(shareFound(BadRateProcess.promotion(0.05), event -> 0.05)).isBetween(0.005, 0.071);
    }

    @Test
    void keep_alpha_while_the_rate_wanders_on_its_side() {
      assertThat(
              shareFound(BadRateProcess.rollback(0.05), event -> event % 900 < 450 ? 0.05 : 0.002))
          .isLessThan(0.071);
      assertThat(
              shareFound(BadRateProcess.promotion(0.05), event -> event % 900 < 450 ? 0.05 : 0.4))
          .isLessThan(0.071);
    }

    /** What the border hides is found: the same simulation with the rate beyond it. */
    @Test
    void find_what_lies_beyond_the_border() {
      assertThat(shareFound(BadRateProcess.rollback(0.05), event -> 0.08)).isGreaterThan(0.97);
      assertThat(shareFound(BadRateProcess.promotion(0.05), event -> 0.03)).isGreaterThan(0.97);
    }
  }
}
