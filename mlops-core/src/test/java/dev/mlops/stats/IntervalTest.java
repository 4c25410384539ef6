package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class IntervalTest {

  private static final Offset<Double> ROUNDED = within(5e-5);

  @Test
  void gives_newcombe_s_published_wilson_intervals() {
    // R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3, 95 %.
    assertEnds(Interval.wilson(81, 263, .95), .2553, .3662);
    assertEnds(Interval.wilson(15, 148, .95), .0624, .1605);
    assertEnds(Interval.wilson(0, 20, .95), .0000, .1611);
    assertEnds(Interval.wilson(1, 29, .95), .0061, .1718);
  }

  private static void assertEnds(Interval interval, double lower, double upper) {
    assertThat(interval.lower()).isCloseTo(lower, ROUNDED);
    assertThat(interval.upper()).isCloseTo(upper, ROUNDED);
  }

  @Property(tries = 300)
  void ends_where_the_score_test_just_rejects(
      @ForAll @IntRange(min = 1, max = 500) int trials,
      @ForAll @IntRange(max = 500) int drawn,
      @ForAll @DoubleRange(min = 0.5, max = 0.99) double confidence) {
    int successes = drawn % (trials + 1);
    Interval interval = Interval.wilson(successes, trials, confidence);
    double z = Interval.normal(0, 1, confidence).upper();
    if (successes > 0) {
      assertThat(score(interval, interval.lower(), trials)).isCloseTo(z, within(1e-6));
    }
    if (successes < trials) {
      assertThat(score(interval, interval.upper(), trials)).isCloseTo(-z, within(1e-6));
    }
  }

  private static double score(Interval interval, double truth, int trials) {
    return (interval.estimate() - truth) / Math.sqrt(truth * (1 - truth) / trials);
  }

  @Test
  void reaches_the_wall_without_successes_or_failures() {
    assertThat(Interval.wilson(0, 7, .9).lower()).isEqualTo(0);
    assertThat(Interval.wilson(7, 7, .9).upper()).isEqualTo(1);
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

  @Nested
  class Refuses {

    @Test
    void more_successes_than_trials() {
      assertThatThrownBy(() -> Interval.wilson(3, 2, .9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("successes must lie between 0 and at least 1 trials: 3 of 2");
    }

    @Test
    void certainty() {
      assertThatThrownBy(() -> Interval.normal(0, 1, 1))
          .hasMessage("confidence must lie between 0 and 1, both excluded: 1.0");
    }

    @Test
    void ends_out_of_order_and_a_negative_error() {
      assertThatThrownBy(() -> new Interval(2, 1, 3, .9))
          .hasMessage("an interval needs lower <= estimate <= upper: 2.0, 1.0, 3.0");
      assertThatThrownBy(() -> Interval.normal(0, -1, .9))
          .hasMessage("standardError must not be negative: -1.0");
    }
  }
}
