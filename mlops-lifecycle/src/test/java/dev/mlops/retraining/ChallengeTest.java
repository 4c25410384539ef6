package dev.mlops.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.retraining.ChallengeVerdict.ChallengerWins;
import dev.mlops.retraining.ChallengeVerdict.ChampionStays;
import dev.mlops.retraining.ChallengeVerdict.NotEnoughEvidence;
import dev.mlops.stats.SplitRandom;
import java.util.Arrays;
import java.util.List;
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
  void compares_the_golden_models_by_delong_when_looked_at_once() {
    ChallengeVerdict verdict = Challenge.rocAuc().once().alpha(0.01).between(B, A, TRUTH);
    assertThat(verdict).isInstanceOf(ChallengerWins.class);
    ChallengeEvidence evidence = verdict.evidence();
    // Student's survival at 2.7347845696657522 with 39.5 degrees of freedom.
    assertThat(evidence.pBetter()).isCloseTo(0.0046496, within(1e-7));
    assertThat(evidence.pWorse()).isCloseTo(1 - evidence.pBetter(), within(1e-15));
    assertThat(verdict.sentence())
        .isEqualTo(
            "the challenger wins: roc_auc 0.7166 against 0.55, p 0.00465 at a limit of 0.01"
                + " (DeLong, one look, 200 rows, 80 positives)");
    assertThat(Challenge.rocAuc().once().between(A, B, TRUTH).sentence())
        .isEqualTo(
            "the champion stays: roc_auc 0.55 against 0.7166, p 0.00465 at a limit of 0.05"
                + " (DeLong, one look, 200 rows, 80 positives)");
  }

  @Test
  void says_how_many_rows_it_may_take() {
    ChallengeVerdict verdict = Challenge.rocAuc().alpha(0.01).between(B, A, TRUTH);
    assertThat(verdict).isInstanceOf(NotEnoughEvidence.class);
    assertThat(((NotEnoughEvidence) verdict).moreRows().orElseThrow()).isLessThan(400);
    assertThat(verdict.sentence())
        .startsWith("not enough evidence, the difference may be chance, it may take ")
        .contains(" more rows: roc_auc 0.7166 against 0.55, p 0.");
    Rows many = Rows.draw(SplitRandom.seeded(1), 1000, .5, 0.05);
    NotEnoughEvidence close =
        (NotEnoughEvidence) Challenge.rocAuc().between(many.champion, many.challenger, many.truth);
    assertThat(close.moreRows().orElseThrow()).isGreaterThan(1000);
  }

  @Test
  void asks_for_the_gain_it_was_told_to() {
    assertThat(Challenge.rocAuc(0.05).once().between(B, A, TRUTH))
        .isInstanceOf(ChallengerWins.class);
    assertThat(Challenge.rocAuc(0.15).once().between(B, A, TRUTH))
        .isInstanceOf(NotEnoughEvidence.class);
    assertThat(Challenge.rocAuc(0.30).once().between(B, A, TRUTH))
        .isInstanceOf(ChampionStays.class);
    assertThat(Challenge.rocAuc(-0.05).once().between(A, A, TRUTH))
        .isInstanceOf(ChallengerWins.class);
    assertThat(Challenge.rocAuc(0.05).once().between(B, A, TRUTH).evidence().method())
        .isEqualTo("DeLong, one look, gain above 0.05");
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
    return Challenge.accuracy(0.5).once().between(champion, challenger, truth);
  }

  @Test
  void cannot_tell_a_model_from_itself() {
    assertThat(Challenge.rocAuc().between(A, A, TRUTH)).isInstanceOf(NotEnoughEvidence.class);
    assertThat(Challenge.rocAuc().once().between(A, A, TRUTH))
        .isInstanceOf(NotEnoughEvidence.class);
    NotEnoughEvidence equal = (NotEnoughEvidence) Challenge.accuracy(0.5).between(A, A, TRUTH);
    assertThat(equal.moreRows()).isEmpty();
    assertThat(equal.sentence()).contains("nobody can say how many rows it takes");
  }

  @Test
  void says_that_a_threshold_divides_nothing() {
    assertThat(Challenge.accuracy(5).between(A, B, TRUTH).sentence())
        .startsWith(
            "not enough evidence, no score of either reaches the threshold 5, and nobody can say");
    assertThat(Challenge.accuracy(-5).between(A, B, TRUTH).sentence())
        .startsWith("not enough evidence, every score of both reaches the threshold -5, and");
  }

  @Test
  void says_what_is_missing() {
    assertThat(Challenge.rocAuc().minimumRows(201).between(B, A, TRUTH).sentence())
        .isEqualTo(
            "not enough evidence, fewer than 201 rows, it may take 1 more row: roc_auc was"
                + " not computed (paired blocks, any number of looks, 200 rows, 80 positives)");
    boolean[] rare = new boolean[200];
    Arrays.fill(rare, 0, 8, true);
    assertThat(Challenge.rocAuc().between(B, A, rare).sentence())
        .startsWith(
            "not enough evidence, fewer than 10 rows of a class, it may take 50 more rows: ");
  }

  @Test
  void one_look_lets_an_equal_challenger_win_as_seldom_as_it_says() {
    // 1000 pairs of equal models, each error at most 5 % and three standard errors of 0.69 %.
    for (int rows : new int[] {100, 200}) {
      for (Class<?> verdict : List.of(ChallengerWins.class, ChampionStays.class)) {
        assertThat(share(0, rows, .1, 1, Challenge.rocAuc().once(), verdict)).isLessThan(.071);
        assertThat(share(0, rows, .1, 1, Challenge.accuracy(0.5).once(), verdict)).isLessThan(.071);
      }
    }
  }

  @Test
  void twenty_looks_let_an_equal_challenger_win_as_seldom_as_it_says() {
    assertThat(share(0, 2000, .1, 20, Challenge.rocAuc(), ChallengerWins.class)).isLessThan(.05);
    assertThat(share(0, 2000, .1, 20, Challenge.accuracy(.5), ChallengerWins.class))
        .isLessThan(.05);
    // The same simulation does see what looking again does to a test for a single look.
    assertThat(share(0, 2000, .1, 20, Challenge.rocAuc().once(), ChallengerWins.class))
        .isGreaterThan(.1);
  }

  /** An advantage of 0.178 makes an area of 0.80 of one of 0.77. */
  @Test
  void finds_a_challenger_that_is_three_points_better() {
    assertThat(share(.178, 2400, .5, 1, Challenge.rocAuc(), ChallengerWins.class))
        .isGreaterThan(.7);
    assertThat(share(.178, 1000, .5, 1, Challenge.rocAuc().once(), ChallengerWins.class))
        .isGreaterThan(.7);
    assertThat(share(.178, 1000, .5, 1, Challenge.rocAuc(), ChampionStays.class)).isLessThan(.01);
  }

  private static double share(
      double advantage, int rows, double rate, int looks, Challenge challenge, Class<?> verdict) {
    SplitRandom root = SplitRandom.seeded(99);
    int runs = rows >= 1000 ? 150 : 1000;
    int found = 0;
    for (int run = 0; run < runs; run++) {
      Rows all = Rows.draw(root.split(run), rows, rate, advantage);
      boolean is = false;
      for (int look = 1; look <= looks && !is; look++) {
        Rows some = all.first(rows * look / looks);
        is = verdict.isInstance(challenge.between(some.champion, some.challenger, some.truth));
      }
      found += is ? 1 : 0;
    }
    return (double) found / runs;
  }

  /** Rows on which two models share a part of their noise. */
  private static final class Rows {

    private final double[] champion;
    private final double[] challenger;
    private final boolean[] truth;

    Rows(double[] champion, double[] challenger, boolean[] truth) {
      this.champion = champion;
      this.challenger = challenger;
      this.truth = truth;
    }

    static Rows draw(SplitRandom random, int rows, double rate, double advantage) {
      boolean[] truth = new boolean[rows];
      double[] champion = new double[rows];
      double[] challenger = new double[rows];
      for (int i = 0; i < rows; i++) {
        truth[i] = i % Math.round(1 / rate) == 0;
        double shared = random.nextGaussian();
        champion[i] = shared + .7 * random.nextGaussian() + (truth[i] ? 1.275 : 0);
        challenger[i] = shared + .7 * random.nextGaussian() + (truth[i] ? 1.275 + advantage : 0);
      }
      return new Rows(champion, challenger, truth);
    }

    Rows first(int rows) {
      return new Rows(
          Arrays.copyOf(champion, rows),
          Arrays.copyOf(challenger, rows),
          Arrays.copyOf(truth, rows));
    }
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
      assertThatThrownBy(() -> Challenge.rocAuc(1)).hasMessage("gain must lie between -1 and 1: 1");
      assertThatThrownBy(() -> Challenge.accuracy(Double.NaN))
          .hasMessage("threshold must be a number: NaN");
    }

    @Test
    void an_option_set_twice() {
      assertThatThrownBy(() -> Challenge.rocAuc().alpha(0.01).alpha(0.02))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'alpha' is set already, to 0.01");
      assertThatThrownBy(() -> Challenge.rocAuc().minimumRows(10).minimumRows(20))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'minimumRows' is set already, to 10");
    }
  }
}
