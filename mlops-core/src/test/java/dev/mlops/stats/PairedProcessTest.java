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
    assertThat(PairedProcess.start().after(first, second, 0).eValue())
        .isCloseTo(byFormula, within(1e-12 * byFormula));
  }

  @Property(tries = 100)
  void expects_at_most_one_more_unit_to_change_nothing_when_the_first_is_not_worse(
      @ForAll @IntRange(max = 50) int first,
      @ForAll @IntRange(max = 50) int second,
      @ForAll @DoubleRange(max = 0.5) double firstWrong) {
    PairedProcess now = PairedProcess.start().after(first, second, 0);
    double next =
        firstWrong * now.after(true, false).eValue()
            + (1 - firstWrong) * now.after(false, true).eValue();
    assertThat(next).isLessThanOrEqualTo(now.eValue() * (1 + 1e-12));
  }

  @Test
  void learns_nothing_where_both_are_right_or_both_are_wrong() {
    PairedProcess process = PairedProcess.start().after(3, 1, 0);
    assertThat(process.after(true, true).logE()).isEqualTo(process.logE());
    assertThat(process.after(true, true).bothWrong()).isEqualTo(1);
    assertThat(process.after(false, false)).isSameAs(process);
  }

  /** The chances of a pair at an odds ratio, from that both are wrong as rarely as can be on. */
  private static double[] pair(double live, double oddsRatio, double overlap) {
    double odds = oddsRatio * live / (1 - live);
    double candidate = odds / (1 + odds);
    double least = Math.max(0, live + candidate - 1);
    double both = least + overlap * (Math.min(live, candidate) - least);
    return new double[] {candidate - both, live - both, both};
  }

  private static double expected(PairedProcess now, double[] pair) {
    double right = 1 - pair[0] - pair[1] - pair[2];
    return pair[0] * now.after(true, false).eValue()
        + pair[1] * now.after(false, true).eValue()
        + pair[2] * now.after(true, true).eValue()
        + right * now.eValue();
  }

  @Property(tries = 500)
  void is_evidence_against_odds_as_well_if_the_ratio_is_at_least_one(
      @ForAll @IntRange(max = 50) int first,
      @ForAll @IntRange(max = 50) int second,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double live,
      @ForAll @DoubleRange(min = 0.2, max = 4) double odds,
      @ForAll @DoubleRange(max = 1) double overlap) {
    PairedProcess now = PairedProcess.against(Math.max(1, odds)).after(first, second, 3);
    assertThat(expected(now, pair(live, odds, overlap)))
        .isLessThanOrEqualTo(now.eValue() * (1 + 1e-9));
  }

  /** The property above can fail: at half the odds the ratio of the rates is more than a half. */
  @Test
  void is_no_evidence_against_odds_at_a_ratio_below_one() {
    PairedProcess now = PairedProcess.against(0.5);
    assertThat(expected(now, pair(0.6, 0.5, 1))).isGreaterThan(1.001);
    assertThat(expected(PairedProcess.start(), pair(0.6, 1.5, 1))).isGreaterThan(1.001);
  }

  @Test
  void weighs_what_both_got_wrong_where_the_ratio_is_not_one() {
    double byFormula = 0;
    for (double bet : new double[] {.1, .2, .4, .6, .8}) {
      byFormula += Math.pow(1 + bet / 2, 9) * Math.pow(1 - bet, 2) * Math.pow(1 - bet / 2, 4) / 5;
    }
    assertThat(PairedProcess.against(2).after(9, 2, 4).eValue())
        .isCloseTo(byFormula, within(1e-12 * byFormula));
    assertThat(PairedProcess.against(2).ratio()).isEqualTo(2);
  }

  @Test
  void refuses_what_is_no_ratio() {
    assertThatThrownBy(() -> PairedProcess.against(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ratio must be a positive ratio of rates, such as 1 or 1.1: 0");
  }

  @Test
  void keeps_the_maximum_of_its_path() {
    PairedProcess high = PairedProcess.start().after(12, 0, 0);
    PairedProcess faded = high.after(0, 12, 0);
    assertThat(faded.eValue()).isLessThan(1);
    assertThat(faded.maximum()).isEqualTo(high.eValue());
    assertThat(faded.rejects(0.01)).isTrue();
    assertThat(PairedProcess.start().after(12, 12, 0).rejects(0.01)).isFalse();
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
    assertThatThrownBy(() -> PairedProcess.start().after(-1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("numbers of units must not be negative: -1, 0, 0");
  }
}
