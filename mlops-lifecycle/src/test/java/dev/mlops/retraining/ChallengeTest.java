package dev.mlops.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.retraining.ChallengeVerdict.ChallengerWins;
import dev.mlops.retraining.ChallengeVerdict.ChampionStays;
import dev.mlops.retraining.ChallengeVerdict.NotEnoughEvidence;
import dev.mlops.stats.SplitRandom;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ChallengeTest {

  private static final boolean[] TRUTH = new boolean[200];
  private static final double[] A = new double[200];
  private static final double[] B = new double[200];

  static {
    // The golden models of DeLong's test in the statistics: areas 0.7165625 and 0.55, z 2.7347846.
    for (int i = 0; i < 200; i++) {
      TRUTH[i] = 7919 * i % 10 < 4;
      A[i] = 104729 * i % 1000 / 1000.0 + (TRUTH[i] ? 0.3 : 0);
      B[i] = 1299709 * i % 100 / 100.0 + (TRUTH[i] ? 0.1 : 0);
    }
  }

  @Test
  void compares_the_golden_models_by_delong() {
    ChallengeVerdict verdict = Challenge.rocAuc().alpha(0.01).between(B, A, TRUTH);
    assertThat(verdict).isInstanceOf(ChallengerWins.class);
    ChallengeEvidence evidence = verdict.evidence();
    // erfc(2.7347845696657522 / sqrt 2) / 2 in another language.
    assertThat(evidence.pBetter()).isCloseTo(0.0031210557038697877, within(1e-15));
    assertThat(evidence.pWorse()).isCloseTo(1 - 0.0031210557038697877, within(1e-15));
    assertThat(verdict.sentence())
        .isEqualTo(
            "the challenger wins: roc_auc 0.7166 against 0.5500, p 0.00312 at a limit of 0.01"
                + " (DeLong, 200 rows, 80 positives)");
    assertThat(Challenge.rocAuc().between(A, B, TRUTH).sentence())
        .isEqualTo(
            "the champion stays: roc_auc 0.5500 against 0.7166, p 0.00312 at a limit of 0.05"
                + " (DeLong, 200 rows, 80 positives)");
  }

  @Test
  void asks_for_the_gain_it_was_told_to() {
    assertThat(Challenge.rocAuc(0.05).between(B, A, TRUTH)).isInstanceOf(ChallengerWins.class);
    assertThat(Challenge.rocAuc(0.15).between(B, A, TRUTH)).isInstanceOf(NotEnoughEvidence.class);
    assertThat(Challenge.rocAuc(0.30).between(B, A, TRUTH)).isInstanceOf(ChampionStays.class);
    assertThat(Challenge.rocAuc(-0.05).between(A, A, TRUTH)).isInstanceOf(ChallengerWins.class);
    assertThat(Challenge.rocAuc(0.05).between(B, A, TRUTH).evidence().method())
        .isEqualTo("DeLong, gain above 0.05");
  }

  @Test
  void compares_by_mcnemar_s_exact_test() {
    // 15 rows only the challenger gets right and 5 only the champion: the upper tail of a fair
    // coin at 15 of 20 is 21700 / 2^20.
    ChallengeVerdict verdict = mcNemar(70, 5, 15, 10);
    assertThat(verdict).isInstanceOf(ChallengerWins.class);
    assertThat(verdict.evidence().pBetter()).isCloseTo(21_700.0 / (1 << 20), within(1e-15));
    assertThat(verdict.evidence().champion()).isEqualTo(0.75);
    assertThat(verdict.evidence().challenger()).isEqualTo(0.85);
    assertThat(mcNemar(70, 15, 5, 10)).isInstanceOf(ChampionStays.class);
    assertThat(mcNemar(70, 12, 8, 10)).isInstanceOf(NotEnoughEvidence.class);
    assertThat(mcNemar(100, 0, 0, 0).evidence().pBetter()).isEqualTo(1);
  }

  private static ChallengeVerdict mcNemar(
      int both, int onlyChampion, int onlyChallenger, int neither) {
    int rows = both + onlyChampion + onlyChallenger + neither;
    double[] champion = new double[rows];
    double[] challenger = new double[rows];
    for (int i = 0; i < rows; i++) {
      champion[i] = i < both + onlyChampion ? 1 : 0;
      challenger[i] = i < both || (i >= both + onlyChampion && i < rows - neither) ? 1 : 0;
    }
    boolean[] truth = new boolean[rows];
    Arrays.fill(truth, true);
    return Challenge.accuracy(0.5).between(champion, challenger, truth);
  }

  @Test
  void cannot_tell_a_model_from_itself() {
    assertThat(Challenge.rocAuc().between(A, A, TRUTH)).isInstanceOf(NotEnoughEvidence.class);
    assertThat(Challenge.accuracy(0.5).between(A, A, TRUTH)).isInstanceOf(NotEnoughEvidence.class);
  }

  @Test
  void says_what_is_missing() {
    assertThat(Challenge.rocAuc().minimumRows(201).between(B, A, TRUTH).sentence())
        .isEqualTo(
            "not enough evidence, fewer than 201 rows: roc_auc NaN against NaN,"
                + " p 1.00 at a limit of 0.05 (DeLong, 200 rows, 80 positives)");
    boolean[] rare = new boolean[200];
    Arrays.fill(rare, 0, 9, true);
    assertThat(Challenge.rocAuc().between(B, A, rare).sentence())
        .startsWith("not enough evidence, fewer than 10 rows of a class: ");
    assertThat(Challenge.rocAuc().alpha(0.001).between(B, A, TRUTH).sentence())
        .startsWith("not enough evidence, the difference may be chance: roc_auc 0.7166");
  }

  @Test
  void lets_an_equal_challenger_win_as_seldom_as_it_says() {
    // 2000 pairs of equal models, each error at most 5 % and three standard errors of 0.49 %.
    assertThat(share(0, Challenge.rocAuc(), ChallengerWins.class)).isLessThan(0.0647);
    assertThat(share(0, Challenge.rocAuc(), ChampionStays.class)).isLessThan(0.0647);
    assertThat(share(0, Challenge.accuracy(0.5), ChallengerWins.class)).isLessThan(0.0647);
    assertThat(share(0, Challenge.accuracy(0.5), ChampionStays.class)).isLessThan(0.0647);
  }

  @Test
  void finds_a_clearly_better_challenger() {
    // Known effects at 300 rows: areas of about 0.76 and 0.82, accuracies of 69 and 74 %.
    assertThat(share(0.35, Challenge.rocAuc(), ChallengerWins.class)).isGreaterThan(0.7);
    assertThat(share(0.35, Challenge.rocAuc(), ChampionStays.class)).isLessThan(0.002);
    assertThat(share(0.35, Challenge.accuracy(0.5), ChallengerWins.class)).isGreaterThan(0.3);
  }

  private static double share(double advantage, Challenge challenge, Class<?> verdict) {
    SplitRandom root = SplitRandom.seeded(99);
    Function<SplitRandom, ChallengeVerdict> run = random -> simulate(random, advantage, challenge);
    return IntStream.range(0, 2000)
            .filter(i -> verdict.isInstance(run.apply(root.split(i))))
            .count()
        / 2000.0;
  }

  /** Two models that share half of their noise, on 300 rows. */
  private static ChallengeVerdict simulate(
      SplitRandom random, double advantage, Challenge challenge) {
    boolean[] truth = new boolean[300];
    double[] champion = new double[300];
    double[] challenger = new double[300];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = random.nextBoolean();
      double shared = 0.5 + random.nextGaussian();
      double skill = truth[i] ? 0.7 : -0.7;
      champion[i] = shared + random.nextGaussian() + skill;
      challenger[i] = shared + random.nextGaussian() + skill * (1 + advantage);
    }
    return challenge.between(champion, challenger, truth);
  }

  @Nested
  class Refuses {

    @Test
    void models_that_scored_different_rows() {
      assertThatThrownBy(() -> Challenge.rocAuc().between(new double[3], A, TRUTH))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("scores and truth must be aligned: 3 scores, 200 truths");
    }

    @Test
    void options_that_make_no_sense() {
      assertThatThrownBy(() -> Challenge.rocAuc().alpha(0.5))
          .hasMessage("alpha must lie between 0 and 0.5: 0.5");
      assertThatThrownBy(() -> Challenge.rocAuc().minimumRows(0))
          .hasMessage("minimumRows must be positive: 0");
      assertThatThrownBy(() -> Challenge.rocAuc(1))
          .hasMessage("gain must lie between -1 and 1: 1.0");
      assertThatThrownBy(() -> Challenge.accuracy(Double.NaN))
          .hasMessage("threshold must be a number: NaN");
    }

    @Test
    void an_option_set_twice() {
      assertThatThrownBy(() -> Challenge.rocAuc().alpha(0.01).alpha(0.02))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("alpha is set already, to 0.01");
      assertThatThrownBy(() -> Challenge.rocAuc().minimumRows(10).minimumRows(20))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("minimumRows is set already, to 10");
    }
  }
}
