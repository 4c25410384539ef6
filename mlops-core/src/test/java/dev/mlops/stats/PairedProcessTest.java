package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PairedProcessTest {

  @Property(tries = 200)
  void equals_its_formula(
      @ForAll @IntRange(max = 200) int first, @ForAll @IntRange(max = 200) int second) {
    double byFormula = 0;
    for (double p : new double[] {.55, .6, .7, .8, .9}) {
      byFormula += Math.pow(2 * p, first) * Math.pow(2 * (1 - p), second) / 5;
    }
    assertThat(PairedProcess.start().after(first, second).eValue())
        .isCloseTo(byFormula, within(1e-12 * byFormula));
  }

  @Property(tries = 100)
  void expects_at_most_one_more_unit_to_change_nothing_when_the_first_is_not_worse(
      @ForAll @IntRange(max = 50) int first,
      @ForAll @IntRange(max = 50) int second,
      @ForAll @DoubleRange(max = 0.5) double firstWrong) {
    PairedProcess now = PairedProcess.start().after(first, second);
    double next =
        firstWrong * now.after(true, false).eValue()
            + (1 - firstWrong) * now.after(false, true).eValue();
    assertThat(next).isLessThanOrEqualTo(now.eValue() * (1 + 1e-12));
  }

  @Test
  void learns_nothing_where_both_are_right_or_both_are_wrong() {
    PairedProcess process = PairedProcess.start().after(3, 1);
    assertThat(process.after(true, true)).isSameAs(process);
    assertThat(process.after(false, false)).isSameAs(process);
  }

  @Test
  void keeps_the_maximum_of_its_path() {
    PairedProcess high = PairedProcess.start().after(12, 0);
    PairedProcess faded = high.after(0, 12);
    assertThat(faded.eValue()).isLessThan(1);
    assertThat(faded.maximum()).isEqualTo(high.eValue());
    assertThat(faded.rejects(0.01)).isTrue();
    assertThat(PairedProcess.start().after(12, 12).rejects(0.01)).isFalse();
  }

  @Test
  void tells_what_it_saw() {
    PairedProcess process = PairedProcess.start().after(true, false).after(false, true);
    assertThat(process.onlyFirstWrong()).isEqualTo(1);
    assertThat(process.onlySecondWrong()).isEqualTo(1);
    // Mean of 2p = 1.42, then of 4p(1-p) = 0.758.
    assertThat(process)
        .hasToString(
            "E = 0.7580, at most 1.420, only the first wrong 1 time, only the second 1 time");
  }

  @Test
  void refuses_negative_numbers() {
    assertThatThrownBy(() -> PairedProcess.start().after(-1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("numbers of discordant units must not be negative: -1, 0");
  }
}
