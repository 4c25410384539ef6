package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where an interval of 95 % is given it covers in at least 94 % of samples; {@code
 * benchmarks/compare coverage} says so with more samples and laws.
 */
class IntervalCoverageTest {

  private static final int RUNS = 600;
  private static final double BAR = 0.94;

  /** Three standard errors of a coverage of 95 % over the runs. */
  private static final double ROOM = 3 * Math.sqrt(.05 * .95 / RUNS);

  @ParameterizedTest
  @CsvSource({
    "normal, 20, 0.7978845608",
    "normal, 200, 0.7978845608",
    "exponential, 20, 1",
    "exponential, 200, 1",
    "log-normal, 20, 1.6487212707",
    "log-normal, 200, 1.6487212707",
    "student, 200, 1.1026577909",
  })
  void of_a_mean_absolute_error(String law, int n, double truth) {
    assertCovered(n, truth, 0, random -> Math.abs(draw(law, random)));
  }

  @ParameterizedTest
  @CsvSource({
    "normal, 50, 1",
    "exponential, 50, 2",
    "log-normal, 50, 7.3890560989",
    "log-normal, 200, 7.3890560989",
    "student, 50, 3",
    "student, 200, 3",
  })
  void of_a_mean_squared_error(String law, int n, double truth) {
    assertCovered(
        n,
        truth,
        n == 200 ? .05 : 1,
        random -> {
          double error = draw(law, random);
          return error * error;
        });
  }

  @ParameterizedTest
  @CsvSource({"normal, 20, 0", "log-normal, 20, 1.6487212707", "student, 50, 0"})
  void of_a_bias(String law, int n, double truth) {
    assertCovered(n, truth, 1, random -> draw(law, random));
  }

  private static void assertCovered(
      int n, double truth, double mostRefused, ToDoubleFunction<SplitRandom> law) {
    SplitRandom root = SplitRandom.seeded(n);
    int given = 0;
    int covered = 0;
    for (int run = 0; run < RUNS; run++) {
      SplitRandom random = root.split(run);
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] = law.applyAsDouble(random);
      }
      Optional<Interval> interval = Interval.mean(values, .95);
      given += interval.isPresent() ? 1 : 0;
      covered += interval.isPresent() && interval.get().contains(truth) ? 1 : 0;
    }
    assertThat((double) covered / given).isGreaterThanOrEqualTo(BAR - ROOM / 2);
    assertThat(1 - (double) given / RUNS).isLessThanOrEqualTo(mostRefused);
  }

  private static double draw(String law, SplitRandom random) {
    return switch (law) {
      case "normal" -> random.nextGaussian();
      case "exponential" -> -Math.log(1 - random.nextDouble());
      case "log-normal" -> Math.exp(random.nextGaussian());
      default -> {
        double squares = 0;
        for (int i = 0; i < 3; i++) {
          double normal = random.nextGaussian();
          squares += normal * normal;
        }
        yield random.nextGaussian() / Math.sqrt(squares / 3);
      }
    };
  }
}
