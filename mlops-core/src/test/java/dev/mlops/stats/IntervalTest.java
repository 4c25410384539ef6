package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class IntervalTest {

  private static final Offset<Double> ROUNDED = within(5e-5);

  @Test
  void gives_newcombe_s_published_exact_intervals() {
    // R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 5, 95 %.
    assertEnds(Interval.share(81, 263, .95), .2527, .3676);
    assertEnds(Interval.share(15, 148, .95), .0578, .1617);
    assertEnds(Interval.share(0, 20, .95), .0000, .1684);
    assertEnds(Interval.share(1, 29, .95), .0009, .1776);
  }

  private static void assertEnds(Interval interval, double lower, double upper) {
    assertThat(interval.lower()).isCloseTo(lower, ROUNDED);
    assertThat(interval.upper()).isCloseTo(upper, ROUNDED);
  }

  /** The sum over all outcomes, so not a simulation: no share is covered less often than said. */
  @Property(tries = 300)
  void covers_every_share_as_often_as_it_says(
      @ForAll @IntRange(min = 1, max = 300) int trials,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double share) {
    BinomialDistribution law = BinomialDistribution.of(trials, share);
    double covered = 0;
    for (int successes = 0; successes <= trials; successes++) {
      covered +=
          Interval.share(successes, trials, .95).contains(share) ? law.probability(successes) : 0;
    }
    assertThat(covered).isGreaterThanOrEqualTo(.95 - 1e-9);
  }

  @Test
  void reaches_the_wall_without_successes_or_failures() {
    assertThat(Interval.share(0, 7, .9).lower()).isEqualTo(0);
    assertThat(Interval.share(7, 7, .9).upper()).isEqualTo(1);
  }

  @Test
  void puts_a_quantile_between_two_sorted_values() {
    double[] values = IntStream.rangeClosed(1, 20).mapToDouble(i -> 21 - i).toArray();
    // P(at most 5 of 20 below the median) = 0.0207, P(at most 6) = 0.0577.
    assertThat(Interval.quantile(values, .5, .95)).contains(new Interval(6, 11, 15, .95));
    assertThat(Interval.quantile(new double[] {1, 2, 3, 4, 5}, .5, .95)).isEmpty();
    assertThat(Interval.quantile(new double[] {1, 2, 3, 4, 5, 6}, .5, .95))
        .contains(new Interval(1, 4, 6, .95));
    assertThat(Interval.quantile(values, .99, .95)).isEmpty();
    assertThat(Interval.quantile(new double[0], .5, .95)).isEmpty();
  }

  @Test
  void bets_on_a_bounded_mean_within_its_bounds() {
    Interval one = Interval.boundedMean(new double[] {3}, 2, 4, .95);
    assertThat(one).isEqualTo(new Interval(2, 3, 4, .95));
    double[] coin = IntStream.range(0, 1000).mapToDouble(i -> i % 2).toArray();
    Interval half = Interval.boundedMean(coin, 0, 1, .95);
    assertThat(half.estimate()).isEqualTo(.5);
    assertThat(half.lower()).isBetween(.45, .47);
    assertThat(half.upper()).isBetween(.53, .55);
    double[] shifted = IntStream.range(0, 1000).mapToDouble(i -> 10 + 4 * (i % 2)).toArray();
    assertThat(Interval.boundedMean(shifted, 10, 14, .95).lower())
        .isCloseTo(10 + 4 * half.lower(), within(1e-9));
  }

  @Test
  void gives_no_interval_of_a_mean_that_cannot_have_one() {
    double[] values = new double[19];
    Arrays.setAll(values, i -> i);
    assertThat(Interval.mean(values, .95)).isEmpty();
    assertThat(Interval.mean(new double[200], .95)).isEmpty();
    double[] heavy = new double[50];
    Arrays.setAll(heavy, i -> Math.exp(i * i / 20.0));
    assertThat(Interval.mean(heavy, .95)).isEmpty();
  }

  @Test
  void gives_student_s_interval_of_a_mean_without_tails() {
    double[] values = new double[100];
    Arrays.setAll(values, i -> 1000 + i % 2);
    Interval interval = Interval.mean(values, .95).orElseThrow();
    double reach = 1.9842169515 * Math.sqrt(.25 * 100 / 99) / 10;
    assertThat(interval.estimate()).isCloseTo(1000.5, within(1e-9));
    assertThat(interval.lower()).isCloseTo(1000.5 - reach, within(1e-6));
    assertThat(interval.upper()).isCloseTo(1000.5 + reach, within(1e-3));
  }

  @Test
  void knows_no_scale_and_no_sign() {
    SplitRandom random = SplitRandom.seeded(3);
    double[] values = new double[200];
    Arrays.setAll(values, i -> Math.exp(random.nextGaussian()) - 1);
    Interval plain = Interval.mean(values, .95).orElseThrow();
    double[] huge = Arrays.stream(values).map(x -> -1e200 * x).toArray();
    Interval mirrored = Interval.mean(huge, .95).orElseThrow();
    assertThat(mirrored.upper() / -1e200).isCloseTo(plain.lower(), within(1e-12));
    assertThat(mirrored.lower() / -1e200).isCloseTo(plain.upper(), within(1e-12));
  }

  @Test
  void spans_the_normal_quantile_both_ways() {
    Interval interval = Interval.normal(10, 2, .95);
    assertThat(interval.lower()).isCloseTo(10 - 2 * 1.959963984540054, within(1e-12));
    assertThat(interval.upper()).isCloseTo(10 + 2 * 1.959963984540054, within(1e-12));
  }

  @Test
  void knows_its_side_of_a_value() {
    Interval interval = new Interval(1, 2, 3, .9);
    assertThat(interval.contains(3)).isTrue();
    assertThat(interval.isBelow(3)).isFalse();
    assertThat(interval.isBelow(3.1)).isTrue();
    assertThat(interval.isAbove(0.9)).isTrue();
    assertThat(interval.isAbove(1)).isFalse();
  }

  @Test
  void a_trend_in_the_values_does_not_pull_the_interval_of_a_bounded_mean() {
    double[] halves = new double[200];
    double[] ramp = new double[200];
    double[] falling = new double[200];
    for (int i = 0; i < 200; i++) {
      halves[i] = i < 100 ? 0.2 : 0.8;
      ramp[i] = i / 200.0;
      falling[i] = (199 - i) / 200.0;
    }
    for (double[] values : new double[][] {halves, ramp, falling}) {
      Interval interval = Interval.boundedMean(values, 0, 1, 0.95);
      assertThat(interval.estimate() - interval.lower()).isGreaterThan(0.03);
      assertThat(interval.upper() - interval.estimate()).isGreaterThan(0.03);
    }
  }

  @Nested
  class Refuses {

    @Test
    void values_that_have_no_mean_or_lie_outside_their_bounds() {
      assertThatThrownBy(() -> Interval.mean(new double[] {1, Double.NaN}, .9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a mean needs finite values; found NaN or infinite ones");
      assertThatThrownBy(() -> Interval.boundedMean(new double[] {1, 3}, 0, 2, .9))
          .hasMessage("values[1] must lie between 0 and 2: 3");
      assertThatThrownBy(() -> Interval.boundedMean(new double[] {1}, 2, 2, .9))
          .hasMessage("bounds must be finite and in order: 2 to 2");
      assertThatThrownBy(() -> Interval.quantile(new double[] {1}, 1, .9))
          .hasMessage("a quantile's share must lie between 0 and 1, both excluded: 1");
    }

    @Test
    void more_successes_than_trials() {
      assertThatThrownBy(() -> Interval.share(3, 2, .9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("successes must lie between 0 and at least 1 trial: 3 of 2");
    }

    @Test
    void certainty() {
      assertThatThrownBy(() -> Interval.normal(0, 1, 1))
          .hasMessage("confidence must lie between 0 and 1, both excluded: 1");
    }

    @Test
    void ends_out_of_order_and_a_negative_error() {
      assertThatThrownBy(() -> new Interval(2, 1, 3, .9))
          .hasMessage("an interval needs lower <= estimate <= upper: 2, 1, 3");
      assertThatThrownBy(() -> Interval.normal(0, -1, .9))
          .hasMessage("standardError must not be negative: -1");
    }
  }
}
