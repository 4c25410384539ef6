package dev.mlops.design;

import dev.mlops.stats.Interval;
import dev.mlops.stats.SplitRandom;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The range of a month's gain, by simulation from a given seed. */
final class MonthlyGains {
  private static final int RUNS = 4_000;
  private static final double CONFIDENCE = 0.9;

  private MonthlyGains() {}

  /** The range that holds a month's gain in nine of ten runs. */
  static Interval range(double expected, long seed, ToDoubleFunction<SplitRandom> run) {
    SplitRandom random = SplitRandom.seeded(seed);
    double[] gains =
        IntStream.range(0, RUNS)
            .mapToDouble(each -> run.applyAsDouble(random.split(each)))
            .sorted()
            .toArray();
    int tail = (int) Math.round(RUNS * (1 - CONFIDENCE) / 2);
    return new Interval(
        Math.min(expected, gains[tail]),
        expected,
        Math.max(expected, gains[RUNS - 1 - tail]),
        CONFIDENCE);
  }

  static OptionalDouble payback(double buildCost, double gain) {
    return gain > 0 ? OptionalDouble.of(buildCost / gain) : OptionalDouble.empty();
  }

  /** Shares around those seen on some rows, by gamma variables that are made to sum to 1. */
  static double[] dirichlet(double[] shares, double rows, SplitRandom random) {
    double[] drawn = new double[shares.length];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      drawn[i] = gamma(shares[i] * rows + 0.5, random);
      sum += drawn[i];
    }
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] /= sum;
    }
    return drawn;
  }

  /**
   * A gamma variable with scale 1.
   *
   * <p>Source: G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM
   * Transactions on Mathematical Software 26(3), 2000; shapes below 1 by its section 6.
   */
  static double gamma(double shape, SplitRandom random) {
    if (shape < 1) {
      return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double normal = random.nextGaussian();
      double root = 1 + c * normal;
      double cube = root * root * root;
      if (root > 0
          && Math.log(1 - random.nextDouble())
              < normal * normal / 2 + d - d * cube + d * Math.log(cube)) {
        return d * cube;
      }
    }
  }
}
