package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ScoresTest {

  private static final boolean[] TRUTH = {true, false, true, false};

  @Test
  void gives_the_areas_known_by_hand() {
    assertThat(Scores.rocAuc(new double[] {.9, .1, .8, .2}, TRUTH)).isEqualTo(1);
    assertThat(Scores.rocAuc(new double[] {.1, .9, .2, .8}, TRUTH)).isEqualTo(0);
    assertThat(Scores.rocAuc(new double[] {.5, .5, .5, .5}, TRUTH)).isEqualTo(0.5);
    // Pairs positive over negative: .8>.1, .8>.4, .4>.1 and the tie .4 = .4, 3.5 of 4.
    assertThat(Scores.rocAuc(new double[] {.8, .1, .4, .4}, TRUTH)).isEqualTo(0.875);
  }

  @Property(tries = 200)
  void rank_area_equals_the_share_of_ordered_pairs(
      @ForAll @Size(min = 2, max = 40) List<@IntRange(min = -5, max = 5) Integer> draws,
      @ForAll long seed) {
    SplitRandom random = SplitRandom.seeded(seed);
    double[] scores = draws.stream().mapToDouble(Integer::doubleValue).toArray();
    boolean[] positives = new boolean[scores.length];
    positives[0] = true;
    for (int i = 2; i < positives.length; i++) {
      positives[i] = random.nextBoolean();
    }
    assertThat(Scores.rocAuc(scores, positives))
        .isCloseTo(shareOfOrderedPairs(scores, positives), within(1e-12));
  }

  private static double shareOfOrderedPairs(double[] scores, boolean[] positives) {
    double won = 0;
    long pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (positives[i] && !positives[j]) {
          won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
          pairs++;
        }
      }
    }
    return won / pairs;
  }

  @Test
  void ties_the_two_zeros() {
    assertThat(Scores.rocAuc(new double[] {0.0, -0.0}, new boolean[] {true, false})).isEqualTo(0.5);
  }

  @Test
  void gives_the_losses_known_by_hand() {
    double[] half = {.5, .5, .5, .5};
    assertThat(Scores.logLoss(half, TRUTH)).isCloseTo(Math.log(2), within(1e-15));
    assertThat(Scores.brier(half, TRUTH)).isEqualTo(0.25);
    double[] mixed = {.9, .2, .6, .7};
    double likelihood = .9 * .8 * .6 * .3;
    assertThat(Scores.logLoss(mixed, TRUTH)).isCloseTo(-Math.log(likelihood) / 4, within(1e-15));
    assertThat(Scores.brier(mixed, TRUTH)).isCloseTo((.01 + .04 + .16 + .49) / 4, within(1e-15));
  }

  @Test
  void bounds_the_price_of_a_confident_mistake() {
    assertThat(Scores.logLoss(new double[] {0}, new boolean[] {true}))
        .isCloseTo(34.538776394910684, within(1e-12)); // -ln 1e-15
    assertThat(Scores.logLoss(new double[] {1}, new boolean[] {true}))
        .isCloseTo(1e-15, within(1e-16));
  }

  @Test
  void counts_a_score_at_the_threshold_as_positive() {
    assertThat(Scores.accuracy(new double[] {.5, .5, .4, .4}, TRUTH, 0.5)).isEqualTo(0.5);
    assertThat(Scores.accuracy(new double[] {.5, .4, .9, .0}, TRUTH, 0.5)).isEqualTo(1);
  }

  @Nested
  class Refuses {

    @Test
    void one_class_alone() {
      assertThatThrownBy(() -> Scores.rocAuc(new double[] {1, 2}, new boolean[2]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("roc auc needs both classes; found 0 positives and 2 negatives");
    }

    @Test
    void lengths_that_differ() {
      assertThatThrownBy(() -> Scores.brier(new double[] {1}, TRUTH))
          .hasMessage("scores and truth must be aligned: 1 score, 4 truths");
    }

    @Test
    void what_is_no_number() {
      assertThatThrownBy(() -> Scores.accuracy(new double[] {1, Double.NaN}, new boolean[2], 0.5))
          .hasMessage("scores[1] must be a number: NaN");
      assertThatThrownBy(() -> Scores.accuracy(new double[2], new boolean[2], Double.NaN))
          .hasMessage("threshold must be a number: NaN");
    }

    @Test
    void what_is_no_probability() {
      assertThatThrownBy(() -> Scores.logLoss(new double[] {0, 1.5}, new boolean[2]))
          .hasMessage("probabilities[1] must lie between 0 and 1: 1.5");
    }

    @Test
    void an_empty_window() {
      assertThatThrownBy(() -> Scores.brier(new double[0], new boolean[0]))
          .hasMessage("a score needs at least one unit; found none");
    }
  }
}
