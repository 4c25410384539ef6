package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeLongTest {

  private static final Offset<Double> EXACT = within(1e-12);

  /*
   * Golden numbers: the definition over all pairs, in another language, on
   *   y_i = 7919 i mod 10 < 4
   *   a_i = (104729 i mod 1000) / 1000 + 0.3 y_i,  b_i = (1299709 i mod 100) / 100 + 0.1 y_i
   * for i = 0 .. 199: 80 positives, ties in b.
   */
  private static final boolean[] TRUTH = new boolean[200];
  private static final double[] A = new double[200];
  private static final double[] B = new double[200];

  static {
    for (int i = 0; i < 200; i++) {
      TRUTH[i] = 7919 * i % 10 < 4;
      A[i] = 104729 * i % 1000 / 1000.0 + (TRUTH[i] ? 0.3 : 0);
      B[i] = 1299709 * i % 100 / 100.0 + (TRUTH[i] ? 0.1 : 0);
    }
  }

  @Test
  void compares_the_golden_models() {
    DeLong.Comparison comparison = DeLong.compare(B, A, TRUTH);
    assertThat(comparison.first()).isCloseTo(0.55, EXACT);
    assertThat(comparison.second()).isCloseTo(0.7165625, EXACT);
    assertThat(comparison.standardError()).isCloseTo(0.06090516300534688, EXACT);
    Interval gain = comparison.gain(0.95);
    assertThat(gain.estimate()).isCloseTo(0.1665625, EXACT);
    assertThat(gain.lower())
        .isCloseTo(0.1665625 - 1.959963984540054 * 0.06090516300534688, within(1e-11));
    assertThat(gain.isAbove(0)).isTrue();
  }

  @Test
  void spans_the_golden_areas_on_the_scale_of_the_logit() {
    // Standard errors 0.03614285257183452 and 0.04168430290160463 by the definition over all pairs.
    Interval ofA = DeLong.interval(A, TRUTH, 0.95);
    assertThat(ofA.lower())
        .isBetween(logit(.7165625, -2.05 * .0361429), logit(.7165625, -1.96 * .0361429));
    assertThat(ofA.upper())
        .isBetween(logit(.7165625, 1.96 * .0361429), logit(.7165625, 2.05 * .0361429));
    Interval ofB = DeLong.interval(B, TRUTH, 0.95);
    assertThat(ofB.lower()).isBetween(logit(.55, -2.05 * .0416843), logit(.55, -1.96 * .0416843));
    assertThat(ofB.upper()).isBetween(logit(.55, 1.96 * .0416843), logit(.55, 2.05 * .0416843));
  }

  /** The end that lies a reach of the area away, on the scale of the logit. */
  private static double logit(double area, double reach) {
    double odds = area / (1 - area) * Math.exp(reach / (area * (1 - area)));
    return odds / (1 + odds);
  }

  @Property(tries = 200)
  void equals_the_definition_over_all_pairs(
      @ForAll @IntRange(min = 2, max = 15) int positives,
      @ForAll @IntRange(min = 2, max = 15) int negatives,
      @ForAll long seed) {
    SplitRandom random = SplitRandom.seeded(seed);
    int n = positives + negatives;
    boolean[] truth = new boolean[n];
    double[] first = new double[n];
    double[] second = new double[n];
    for (int i = 0; i < n; i++) {
      truth[i] = i < positives;
      first[i] = random.nextInt(8);
      second[i] = first[i] + random.nextInt(4);
    }
    double variance =
        covariance(first, first, truth)
            + covariance(second, second, truth)
            - 2 * covariance(first, second, truth);
    assertThat(DeLong.compare(first, second, truth).standardError())
        .isCloseTo(Math.sqrt(Math.max(0, variance)), within(1e-7));
  }

  private static double covariance(double[] x, double[] y, boolean[] truth) {
    double sum = 0;
    for (boolean side : new boolean[] {true, false}) {
      double[] ofX = placements(x, truth, side);
      double[] ofY = placements(y, truth, side);
      double meanX =
          IntStream.range(0, ofX.length).mapToDouble(i -> ofX[i]).average().orElseThrow();
      double meanY =
          IntStream.range(0, ofY.length).mapToDouble(i -> ofY[i]).average().orElseThrow();
      double products =
          IntStream.range(0, ofX.length)
              .mapToDouble(i -> (ofX[i] - meanX) * (ofY[i] - meanY))
              .sum();
      sum += products / (ofX.length - 1) / ofX.length;
    }
    return sum;
  }

  /** Per unit of one class: the share of the other class that it is on the right side of. */
  private static double[] placements(double[] scores, boolean[] truth, boolean side) {
    return IntStream.range(0, scores.length)
        .filter(i -> truth[i] == side)
        .mapToDouble(
            i ->
                IntStream.range(0, scores.length)
                    .filter(j -> truth[j] != side)
                    .mapToDouble(
                        j ->
                            (Math.signum(side ? scores[i] - scores[j] : scores[j] - scores[i]) + 1)
                                / 2)
                    .average()
                    .orElseThrow())
        .toArray();
  }

  @Test
  void covers_no_difference_as_often_as_it_says() {
    SplitRandom root = SplitRandom.seeded(8);
    long missed = IntStream.range(0, 1000).filter(run -> missesZero(root.split(run))).count();
    // 5 % of 1000 and three standard errors of 6.9.
    assertThat(missed).isBetween(29L, 71L);
  }

  /** Two equally good models that share half of what they know, on 200 units. */
  private static boolean missesZero(SplitRandom random) {
    boolean[] truth = new boolean[200];
    double[] first = new double[200];
    double[] second = new double[200];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = i % 3 == 0;
      double shared = random.nextGaussian() + (truth[i] ? 1 : 0);
      first[i] = shared + random.nextGaussian();
      second[i] = shared + random.nextGaussian();
    }
    return !DeLong.compare(first, second, truth).gain(0.95).contains(0);
  }

  @Test
  void is_certain_of_models_that_rank_alike() {
    double[] stretched = IntStream.range(0, 200).mapToDouble(i -> Math.exp(A[i])).toArray();
    assertThat(DeLong.compare(A, stretched, TRUTH).standardError()).isCloseTo(0, within(1e-9));
  }

  @Test
  void is_not_certain_of_a_perfect_area() {
    double[] scores = IntStream.range(0, 20).mapToDouble(i -> i).toArray();
    boolean[] upperHalf = new boolean[20];
    Arrays.fill(upperHalf, 10, 20, true);
    Interval perfect = DeLong.interval(scores, upperHalf, 0.95);
    assertThat(perfect.upper()).isEqualTo(1);
    assertThat(perfect.lower()).isBetween(0.75, 0.85);
    boolean[] lowerHalf = new boolean[20];
    Arrays.fill(lowerHalf, 0, 10, true);
    Interval inverted = DeLong.interval(scores, lowerHalf, 0.95);
    assertThat(inverted.lower()).isZero();
    assertThat(inverted.upper()).isCloseTo(1 - perfect.lower(), EXACT);
  }

  @Nested
  class Refuses {

    @Test
    void a_class_with_a_single_unit() {
      assertThatThrownBy(
              () -> DeLong.interval(new double[3], new boolean[] {true, false, false}, 0.9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the error of a roc auc needs two units of each class; found 1 positive and 2 negatives");
    }

    @Test
    void models_on_different_units() {
      assertThatThrownBy(
              () ->
                  DeLong.compare(
                      new double[4], new double[3], new boolean[] {true, true, false, false}))
          .hasMessage("scores and truth must be aligned: 3 scores, 4 truths");
    }
  }
}
