package dev.mlops.benchmarks;

import java.util.Arrays;

/**
 * The rule by which Kayenta judges a metric that should not rise, for comparison only: the
 * Mann-Whitney interval of 98 % of the shift between two series of points, by the normal
 * approximation with corrections for ties and continuity. The canary is too high if the lower end
 * lies above a quarter of the shift's estimate.
 *
 * <p>Source of the interval: M. Hollander, D. A. Wolfe, "Nonparametric Statistical Methods", 1999,
 * section 4.3; of the rule: the judge's documentation.
 */
final class KayentaRule {

  private static final double TOLERANCE = 0.25;

  /** The standard normal quantile of 99 %. */
  private static final double Z = 2.3263478740408408;

  private KayentaRule() {}

  /** Tells whether the canary's points are judged as too high. */
  static boolean fails(double[] canary, double[] baseline) {
    if (isConstant(canary) && isConstant(baseline)) {
      return canary[0] > baseline[0];
    }
    double limit = TOLERANCE * Math.abs(estimate(canary, baseline));
    // The lower end lies above the limit if the canary is ahead by Z deviations at that shift.
    return ahead(canary, baseline, limit, 0.5) > Z;
  }

  private static boolean isConstant(double[] points) {
    return Arrays.stream(points).allMatch(point -> point == points[0]);
  }

  /** Finds the shift at which neither is ahead. */
  private static double estimate(double[] canary, double[] baseline) {
    double low = min(canary) - max(baseline) - 1e-9;
    double high = max(canary) - min(baseline) + 1e-9;
    for (int i = 0; i < 40; i++) {
      double middle = (low + high) / 2;
      if (ahead(canary, baseline, middle, 0) > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** By how many standard deviations the canary's points, less the shift, rank above the others. */
  private static double ahead(double[] canary, double[] baseline, double shift, double continuity) {
    double[] all = new double[canary.length + baseline.length];
    double wins = 0;
    for (int i = 0; i < canary.length; i++) {
      all[i] = canary[i] - shift;
      for (double other : baseline) {
        wins += all[i] > other ? 1 : all[i] == other ? 0.5 : 0;
      }
    }
    System.arraycopy(baseline, 0, all, canary.length, baseline.length);
    double excess = wins - canary.length * baseline.length / 2.0;
    double corrected = excess - Math.signum(excess) * continuity;
    double deviation =
        Math.sqrt(
            canary.length
                * baseline.length
                / 12.0
                * (all.length + 1 - ties(all) / ((double) all.length * (all.length - 1))));
    return deviation == 0 ? 0 : corrected / deviation;
  }

  /** The sum over groups of equal points of their number cubed less their number. */
  private static double ties(double[] all) {
    Arrays.sort(all);
    double sum = 0;
    int start = 0;
    for (int i = 1; i <= all.length; i++) {
      if (i == all.length || all[i] != all[start]) {
        double equal = i - start;
        sum += equal * equal * equal - equal;
        start = i;
      }
    }
    return sum;
  }

  private static double min(double[] points) {
    return Arrays.stream(points).min().orElseThrow();
  }

  private static double max(double[] points) {
    return Arrays.stream(points).max().orElseThrow();
  }
}
