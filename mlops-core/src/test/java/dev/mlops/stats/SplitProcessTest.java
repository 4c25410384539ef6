package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitProcessTest {

  /** The numbers are those of a program in another language. */
  @Test
  void gives_the_evidence_known_from_elsewhere() {
    assertThat(SplitProcess.start().after(9, 100, .1).eValue())
        .isCloseTo(0.6420733169827068, within(1e-12));
    assertThat(SplitProcess.start().after(60, 1000, .05).after(300, 1000, .25).eValue())
        .isCloseTo(75.01860161450288, within(1e-6));
    assertThat(SplitProcess.start().after(900, 10_000, .1).eValue())
        .isCloseTo(19.803446030470994, within(1e-6));
  }

  /** The twin: one unit after the other, as the ratio of two chances of what happened. */
  @Property(tries = 200)
  void is_the_mean_of_the_likelihood_ratios(
      @ForAll @IntRange(max = 40) int canary,
      @ForAll @IntRange(max = 40) int others,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double share) {
    double mean = 0;
    for (int i = 0; i < 9; i++) {
      for (int sign = -1; sign <= 1; sign += 2) {
        double odds = Math.exp(sign * 0.01 * (1 << i));
        double bet = odds * share / (1 - share + odds * share);
        double stake = 1;
        for (int unit = 0; unit < canary + others; unit++) {
          stake *= unit < canary ? bet / share : (1 - bet) / (1 - share);
        }
        mean += stake / 18;
      }
    }
    assertThat(SplitProcess.start().after(canary, canary + others, share).logE())
        .isCloseTo(Math.log(mean), within(1e-9));
  }

  @Property(tries = 200)
  void expects_nothing_of_the_next_unit_if_the_plan_is_kept(
      @ForAll @IntRange(max = 500) int canary,
      @ForAll @IntRange(max = 500) int others,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double share) {
    SplitProcess now = SplitProcess.start().after(canary, canary + others, 0.3);
    double next =
        share * now.after(1, 1, share).eValue() + (1 - share) * now.after(0, 1, share).eValue();
    assertThat(next).isCloseTo(now.eValue(), within(1e-9 * now.eValue()));
  }

  /** Ticks of several replicas with one share may be added up before or after. */
  @Test
  void gives_the_same_for_two_ticks_and_for_their_sum() {
    assertThat(SplitProcess.start().after(9, 100, .1).after(14, 100, .1).logE())
        .isCloseTo(SplitProcess.start().after(23, 200, .1).logE(), within(1e-12));
  }

  @Test
  void finds_a_canary_that_gets_nothing_and_one_that_gets_all() {
    assertThat(SplitProcess.start().after(0, 120, .1).rejects(0.001)).isTrue();
    assertThat(SplitProcess.start().after(5, 5, .01).rejects(0.001)).isTrue();
  }

  @Test
  void tells_what_it_saw() {
    SplitProcess split = SplitProcess.start().after(900, 10_000, .1).after(10, 100, .1);
    assertThat(split.canary()).isEqualTo(910);
    assertThat(split.units()).isEqualTo(10_100);
    assertThat(split.planned()).isCloseTo(1010, within(1e-9));
    assertThat(split)
        .hasToString(
            "E = 18.69, at most 19.80, canary 910 of 10,100 units where the plan gives it 1,010");
  }

  @Test
  void refuses_what_is_no_count_and_no_share() {
    assertThatThrownBy(() -> SplitProcess.start().after(5, 4, .1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("units on the canary must lie between 0 and the 4 units of the tick: 5");
    assertThatThrownBy(() -> SplitProcess.start().after(-1, 4, .1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("units on the canary must lie between 0 and the 4 units of the tick: -1");
    assertThatThrownBy(() -> SplitProcess.start().after(0, 4, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("share must lie between 0 and 1, both excluded: 1");
    assertThatThrownBy(() -> SplitProcess.start().after(0, 4, Double.NaN))
        .hasMessage("share must lie between 0 and 1, both excluded: NaN");
  }

  /** Seeded simulations, one look after each tick of 20 units. */
  @Nested
  class Simulated {

    private static final int RUNS = 1_000;
    private static final int UNITS = 10_000;
    private static final int TICK = 20;

    /** Returns after how many units the alarm is raised, or -1. */
    private static int alarm(
        int seed, int units, double alpha, IntToDoubleFunction plan, IntToDoubleFunction truth) {
      SplitRandom random = SplitRandom.seeded(71).split(seed);
      SplitProcess split = SplitProcess.start();
      for (int at = 0; at < units; at += TICK) {
        int canary = 0;
        for (int unit = 0; unit < TICK; unit++) {
          canary += random.nextDouble() < truth.applyAsDouble(at) ? 1 : 0;
        }
        split = split.after(canary, TICK, plan.applyAsDouble(at));
        if (split.rejects(alpha)) {
          return at + TICK;
        }
      }
      return -1;
    }

    private static double share(IntPredicate alarm) {
      return IntStream.range(0, RUNS).filter(alarm).count() / (double) RUNS;
    }

    private static double ramp(int unit) {
      return new double[] {.01, .05, .25, .5}[unit * 4 / UNITS];
    }

    /** At alpha 5 % the mean is at most 5 %; three standard errors of 1,000 runs are 2.1 %. */
    @Test
    void keep_alpha_at_a_fixed_share_and_on_a_ramp_however_often_one_looks() {
      assertThat(share(seed -> alarm(seed, UNITS, 0.05, at -> .1, at -> .1) > 0))
          .isBetween(0.001, 0.071);
      assertThat(share(seed -> alarm(seed, UNITS, 0.05, Simulated::ramp, Simulated::ramp) > 0))
          .isBetween(0.001, 0.071);
    }

    /** The simulation can fail: told a plan of one share, the same ramp is a mismatch. */
    @Test
    void raise_the_alarm_if_the_plan_is_told_wrongly() {
      assertThat(share(seed -> alarm(seed, UNITS, 0.05, at -> .1, Simulated::ramp) > 0))
          .isGreaterThan(0.99);
    }

    /** And a test for a single look that is looked at after each tick alarms far too often. */
    @Test
    void see_the_false_alarms_of_a_chi_square_test_that_is_looked_at_again_and_again() {
      assertThat(share(seed -> peekedZ(seed) > 0)).isGreaterThan(0.2);
    }

    private static int peekedZ(int seed) {
      SplitRandom random = SplitRandom.seeded(72).split(seed);
      int canary = 0;
      for (int unit = 1; unit <= UNITS; unit++) {
        canary += random.nextDouble() < .1 ? 1 : 0;
        double z = (canary - .1 * unit) / Math.sqrt(unit * .09);
        if (unit % TICK == 0 && Math.abs(z) > 1.96) {
          return unit;
        }
      }
      return -1;
    }

    /** Median units until an alarm at alpha = 0.1 %, from a simulation of 1,000 runs. */
    @ParameterizedTest(name = "{1} where {0} was planned")
    @CsvSource({".1, .05, 580", ".1, .08, 3800", ".1, .2, 240", ".5, .48, 11160", ".5, .45, 1900"})
    void find_a_mismatch_after_the_usual_number_of_units(
        double planned, double truth, double median) {
      double[] found =
          IntStream.range(0, 201)
              .mapToDouble(seed -> alarm(seed, 100_000, 0.001, at -> planned, at -> truth))
              .sorted()
              .toArray();
      assertThat(found[0]).isPositive();
      assertThat(found[100]).isCloseTo(median, Percentage.withPercentage(20));
    }
  }
}
