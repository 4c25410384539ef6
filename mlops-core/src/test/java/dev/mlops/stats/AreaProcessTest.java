package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AreaProcessTest {

  /** Two models that share a part of their noise; the second knows more by its advantage. */
  private static final class Rows {

    private final double[] first;
    private final double[] second;
    private final boolean[] positives;

    Rows(double[] first, double[] second, boolean[] positives) {
      this.first = first;
      this.second = second;
      this.positives = positives;
    }

    static Rows draw(SplitRandom random, int n, double rate, double skill, double advantage) {
      double[] first = new double[n];
      double[] second = new double[n];
      boolean[] positives = new boolean[n];
      for (int i = 0; i < n; i++) {
        positives[i] = random.nextDouble() < rate;
        double shared = random.nextGaussian();
        double truth = positives[i] ? 1 : 0;
        first[i] = shared + .7 * random.nextGaussian() + skill * truth;
        second[i] = shared + .7 * random.nextGaussian() + (skill + advantage) * truth;
      }
      return new Rows(first, second, positives);
    }
  }

  @Test
  void needs_ten_of_each_class_to_say_anything() {
    double[] scores = new double[40];
    boolean[] positives = new boolean[40];
    Arrays.setAll(scores, i -> i);
    Arrays.fill(positives, 31, 40, true);
    AreaProcess nine = AreaProcess.above(.5).after(scores, positives);
    assertThat(nine.logE()).isZero();
    assertThat(nine.waiting()).isEqualTo(40);
    AreaProcess ten = nine.after(new double[] {41}, new boolean[] {true});
    assertThat(ten.waiting()).isZero();
    assertThat(ten.units()).isEqualTo(41);
    // All pairs are in order: (1 + .7), (1 + .35), (1 + .175) to the power of ten groups.
    double expected = (Math.pow(1.7, 10) + Math.pow(1.35, 10) + Math.pow(1.175, 10)) / 3;
    assertThat(ten.eValue() / expected).isBetween(1 - 1e-12, 1 + 1e-12);
    assertThat(ten)
        .hasToString("E = 75.57, at most 75.57, area above 0.5, 41 units, 0 of them waiting");
  }

  @Test
  void is_the_same_however_the_units_are_cut() {
    Rows rows = Rows.draw(SplitRandom.seeded(4), 700, .2, 1.2, .3);
    AreaProcess whole = AreaProcess.gainAbove(0).after(rows.first, rows.second, rows.positives);
    AreaProcess grown = AreaProcess.gainAbove(0);
    for (int from = 0; from < 700; from += 37) {
      int to = Math.min(700, from + 37);
      grown =
          grown.after(
              Arrays.copyOfRange(rows.first, from, to),
              Arrays.copyOfRange(rows.second, from, to),
              Arrays.copyOfRange(rows.positives, from, to));
    }
    assertThat(grown.logE()).isEqualTo(whole.logE()).isNotZero();
    assertThat(grown.logMaximum()).isEqualTo(whole.logMaximum());
    assertThat(grown.waiting()).isEqualTo(whole.waiting());
  }

  @Test
  void holds_its_error_over_all_looks_from_ten_positives_on() {
    assertThat(share(0, .05, 1500, true)).isLessThan(.05);
    assertThat(share(0, .05, 1500, false)).isLessThan(.05);
    assertThat(share(0, .5, 400, true)).isLessThan(.05);
  }

  /** An advantage of 0.178 makes an area of 0.80 of one of 0.77. */
  @Test
  void finds_three_points_of_area() {
    assertThat(share(.178, .5, 3000, true)).isGreaterThan(.8);
    assertThat(share(.178, .5, 3000, false)).isLessThan(.01);
  }

  private static double share(double advantage, double rate, int n, boolean above) {
    SplitRandom root = SplitRandom.seeded(23);
    int runs = 120;
    int found = 0;
    for (int run = 0; run < runs; run++) {
      Rows rows = Rows.draw(root.split(run), n, rate, 1.275, advantage);
      AreaProcess start = above ? AreaProcess.gainAbove(0) : AreaProcess.gainBelow(0);
      found += start.after(rows.first, rows.second, rows.positives).rejects(.05) ? 1 : 0;
    }
    return (double) found / runs;
  }

  @Test
  void knows_both_sides_of_a_limit() {
    Rows rows = Rows.draw(SplitRandom.seeded(5), 2000, .3, 1.275, 0);
    assertThat(AreaProcess.below(.85).after(rows.first, rows.positives).rejects(.01)).isTrue();
    assertThat(AreaProcess.above(.7).after(rows.first, rows.positives).rejects(.01)).isTrue();
    assertThat(AreaProcess.above(.85).after(rows.first, rows.positives).rejects(.01)).isFalse();
    assertThat(AreaProcess.below(.7).after(rows.first, rows.positives).rejects(.01)).isFalse();
  }

  @Test
  void refuses_limits_and_models_that_make_no_sense() {
    assertThatThrownBy(() -> AreaProcess.below(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the limit of an area must lie between 0 and 1, both excluded: 1");
    assertThatThrownBy(() -> AreaProcess.gainAbove(1))
        .hasMessage("gain must lie between -1 and 1: 1");
    assertThatThrownBy(() -> AreaProcess.gainAbove(0).after(new double[1], new boolean[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a gain needs the scores of two models");
    assertThatThrownBy(
            () -> AreaProcess.above(.5).after(new double[1], new double[1], new boolean[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("an area needs the scores of one model");
  }
}
