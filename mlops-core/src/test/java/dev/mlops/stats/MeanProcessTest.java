package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MeanProcessTest {

  @Property(tries = 200)
  void equals_its_formula(
      @ForAll @Size(max = 50) List<@DoubleRange(max = 1) Double> drawn,
      @ForAll @DoubleRange(min = 0.05, max = 0.95) double limit) {
    double[] values = drawn.stream().mapToDouble(Double::doubleValue).toArray();
    double above = 0;
    double below = 0;
    for (int i = 0; i < 9; i++) {
      double share = 0.75 / Math.pow(3, i);
      double up = 1;
      double down = 1;
      for (double value : values) {
        up *= 1 + share * (value - limit) / limit;
        down *= 1 - share * (value - limit) / (1 - limit);
      }
      above += up / 9;
      below += down / 9;
    }
    assertThat(MeanProcess.above(limit, 0, 1).after(values).eValue())
        .isCloseTo(above, within(1e-9 * above));
    assertThat(MeanProcess.below(limit, 0, 1).after(values).eValue())
        .isCloseTo(below, within(1e-9 * below));
  }

  @Test
  void is_the_same_value_by_value_and_keeps_the_maximum_of_its_path() {
    double[] values = IntStream.range(0, 3000).mapToDouble(i -> i < 500 ? 0.9 : 0.1).toArray();
    MeanProcess whole = MeanProcess.above(0.5, 0, 1).after(values);
    MeanProcess grown = MeanProcess.above(0.5, 0, 1);
    double most = 0;
    for (double value : values) {
      grown = grown.after(value);
      most = Math.max(most, grown.logE());
    }
    assertThat(whole.logE()).isEqualTo(grown.logE());
    assertThat(whole.logMaximum()).isEqualTo(grown.logMaximum()).isEqualTo(most);
    assertThat(whole.logE()).isLessThan(0);
    assertThat(whole.rejects(1e-9)).isTrue();
    assertThat(whole.count()).isEqualTo(3000);
  }

  @Test
  void stays_in_range_however_much_it_sees() {
    double[] ones = new double[20_000];
    Arrays.fill(ones, 1e308);
    MeanProcess rich = MeanProcess.above(1, 0, Double.POSITIVE_INFINITY).after(ones);
    assertThat(rich.logE()).isFinite().isGreaterThan(1e6);
    MeanProcess poor = MeanProcess.above(1, 0, Double.POSITIVE_INFINITY).after(new double[20_000]);
    assertThat(poor.logE()).isFinite().isNegative();
    assertThat(poor.logMaximum()).isZero();
  }

  /** At its limit, looked at after every value: at most the stated error, whatever the tail. */
  @Test
  void holds_its_error_at_the_limit_over_all_looks() {
    assertThat(alarms(random -> random.nextDouble() < .2 ? 1 : 0, .2, 1)).isLessThan(.05);
    assertThat(alarms(random -> random.nextDouble() < .01 ? 1 : 0, .01, 1)).isLessThan(.05);
    double heavy = Math.exp(2);
    assertThat(
            alarms(random -> Math.exp(2 * random.nextGaussian()), heavy, Double.POSITIVE_INFINITY))
        .isLessThan(.05);
  }

  /** The same simulation does see a mean above the limit. */
  @Test
  void finds_a_mean_above_the_limit() {
    assertThat(alarms(random -> random.nextDouble() < .25 ? 1 : 0, .2, 1)).isGreaterThan(.8);
  }

  private static double alarms(ToDoubleFunction<SplitRandom> law, double limit, double high) {
    SplitRandom root = SplitRandom.seeded(17);
    int runs = 600;
    int alarms = 0;
    for (int run = 0; run < runs; run++) {
      SplitRandom random = root.split(run);
      double[] values =
          IntStream.range(0, 1500).mapToDouble(i -> law.applyAsDouble(random)).toArray();
      alarms += MeanProcess.above(limit, 0, high).after(values).rejects(0.05) ? 1 : 0;
    }
    return (double) alarms / runs;
  }

  @Test
  void refuses_what_it_cannot_bet_on() {
    assertThatThrownBy(() -> MeanProcess.above(1, Double.NEGATIVE_INFINITY, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("evidence of a mean above 1 needs -Infinity < 1 < 2 and a finite low end");
    assertThatThrownBy(() -> MeanProcess.below(1, 0, Double.POSITIVE_INFINITY))
        .hasMessage("evidence of a mean below 1 needs 0 < 1 < Infinity and a finite high end");
    assertThatThrownBy(() -> MeanProcess.above(.5, 0, 1).after(.3, 2))
        .hasMessage("a value must be finite and lie between 0 and 1: 2");
  }

  @Test
  void tells_what_it_saw() {
    assertThat(MeanProcess.below(.5, 0, 1).after(.5))
        .hasToString("E = 1.000, at most 1.000, mean below 0.5, 1 value");
  }
}
