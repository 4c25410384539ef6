package dev.mlops.study;

import static dev.mlops.study.Param.choice;
import static dev.mlops.study.Param.real;
import static dev.mlops.study.Param.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.stats.SplitRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParzenTest {
  private static final Param X = real("x", 0, 1);
  private static final Param N = whole("n", 1, 8).log();
  private static final Param C = choice("c", "a", "b", "c");
  private static final List<Map<String, Object>> TRIALS =
      List.of(
          Map.of("x", 0.1, "n", 2L, "c", "a"),
          Map.of("x", 0.9, "n", 8L, "c", "a"),
          Map.of("x", 0.95, "n", 1L, "c", "b"));

  /** The kernels are densities: over all values they sum to 1. */
  @Test
  void is_a_density() {
    Parzen density = Parzen.of(List.of(X, N, C), TRIALS);
    int cells = 200;
    double sum = 0;
    for (int cell = 0; cell < cells; cell++) {
      for (long n = 1; n <= 8; n++) {
        for (String c : C.options()) {
          Map<String, Object> values = Map.of("x", (cell + 0.5) / cells, "n", n, "c", c);
          sum += Math.exp(density.logDensity(values)) / cells;
        }
      }
    }
    assertThat(sum).isCloseTo(1, within(1e-3));
  }

  /** Drawn as often as the density says, within five standard errors. */
  @Test
  void draws_what_it_says() {
    Parzen density = Parzen.of(List.of(N, C), TRIALS);
    SplitRandom random = SplitRandom.seeded(1);
    Map<Map<String, Object>, Integer> drawn = new HashMap<>();
    int draws = 100_000;
    for (int i = 0; i < draws; i++) {
      drawn.merge(density.draw(random), 1, Integer::sum);
    }
    for (long n = 1; n <= 8; n++) {
      for (String c : C.options()) {
        Map<String, Object> values = Map.of("n", n, "c", c);
        double share = Math.exp(density.logDensity(values));
        assertThat((double) drawn.getOrDefault(values, 0) / draws)
            .isCloseTo(share, within(5 * Math.sqrt(share / draws)));
      }
    }
  }

  /** Two trials that agree in pairs are two peaks, not four. */
  @Test
  void knows_which_values_were_good_together() {
    Param y = real("y", 0, 1);
    Parzen density =
        Parzen.of(
            List.of(X, y),
            List.of(
                Map.of("x", 0.1, "y", 0.1),
                Map.of("x", 0.12, "y", 0.12),
                Map.of("x", 0.9, "y", 0.9),
                Map.of("x", 0.88, "y", 0.88)));
    assertThat(density.logDensity(Map.of("x", 0.1, "y", 0.1)))
        .isGreaterThan(density.logDensity(Map.of("x", 0.1, "y", 0.9)) + 0.5);
  }

  @Test
  void a_kernel_reaches_to_its_farther_neighbour() {
    assertThat(NumberKernels.widths(new double[] {0.5, 0.1, 0.2}, 0, 1))
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(0.3, 0.2, 0.3);
    assertThat(NumberKernels.widths(new double[] {0.4}, 0, 1)).containsExactly(0.6);
    assertThat(NumberKernels.widths(new double[0], 0, 1)).isEmpty();
  }

  @Test
  void weights_of_old_trials_rise_to_that_of_young_ones() {
    double[] weights = Parzen.weights(28);
    double one = weights[28];
    assertThat(weights).hasSize(29);
    assertThat(weights[0] / one).isCloseTo(1.0 / 28, within(1e-12));
    assertThat(weights[1] / one).isCloseTo((1 + 1.0 / 28) / 2, within(1e-12));
    assertThat(weights[2]).isEqualTo(one);
    assertThat(Parzen.weights(0)).containsExactly(1);
  }
}
