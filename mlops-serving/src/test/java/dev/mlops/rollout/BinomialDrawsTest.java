package dev.mlops.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.stats.SplitRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinomialDrawsTest {

  private static final int DRAWS = 40_000;

  /** The twin: the chance of each number by the formula; 40,000 draws in a chi-square test. */
  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({".01, 100", ".3, 20", ".9, 30", ".25, 100", ".5, 400", ".97, 900", ".004, 16384"})
  void follow_the_binomial_law(double chance, int events) {
    SplitRandom random = SplitRandom.seeded(3);
    long[] seen = new long[events + 1];
    for (int i = 0; i < DRAWS; i++) {
      seen[(int) BinomialDraws.draw(random, chance, events)]++;
    }
    double statistic = 0;
    int cells = 0;
    double expected = 0;
    double observed = 0;
    double logChance = events * Math.log1p(-chance);
    for (int k = 0; k <= events; k++) {
      expected += DRAWS * Math.exp(logChance);
      logChance += Math.log((events - k) * chance / ((k + 1) * (1 - chance)));
      observed += seen[k];
      if (expected >= 10) {
        statistic += (observed - expected) * (observed - expected) / expected;
        cells++;
        expected = 0;
        observed = 0;
      }
    }
    // Four standard deviations above the mean of a chi-square of so many cells.
    assertThat(statistic).isLessThan(cells + 4 * Math.sqrt(2.0 * cells));
    assertThat(cells).isGreaterThan(2);
  }

  @Test
  void know_never_and_always_and_large_numbers() {
    SplitRandom random = SplitRandom.seeded(4);
    assertThat(BinomialDraws.draw(random, 0, 100)).isZero();
    assertThat(BinomialDraws.draw(random, 1, 100)).isEqualTo(100);
    assertThat(BinomialDraws.draw(random, 0.5, 0)).isZero();
    assertThat(BinomialDraws.draw(random, 0.25, 4_000_000)).isBetween(996_000L, 1_004_000L);
  }
}
