package dev.mlops.drift;

import dev.mlops.drift.ColumnDrift.Effect;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * How large a change is, with an interval, and how large it would have had to be to be found.
 *
 * @param limit from which effect on a change is called drift
 * @param level the largest p-value of one test that is believed when all tests are counted
 */
record Effects(double limit, double level) {
  /*
   * With N = nm / (n + m) and k degrees of freedom, N times the PSI of two samples follows, for differences that are not huge, a noncentral
   * chi-square law with noncentrality N times the PSI of what was sampled (for equal distributions the central one, see Cells). Its mean
   * is k + N psi and its variance 2 (k + 2 N psi). So
   *
   *  - PSI - k / N estimates psi without the bias that chance adds, which is (B - 1)(1/n + 1/m) in B cells;
   *  - the interval holds every psi with (estimate - psi)^2 <= z^2 (2 k / N^2 + 4 c psi / N), which is a quadratic inequality. The factor c
   *    is 1 for small differences; for large ones it is the variance by the delta method over 4 psi / N, and at least 1;
   *  - a psi is found in nine windows of ten if its mean less 1.28 standard deviations is at the critical value, again a quadratic equation.
   *
   * A share below LEAST counts as LEAST. The PSI of a cell that one side does not have at all would otherwise grow with the logarithm of the
   * rows for ever; LEAST is half a row of a thousand.
   *
   * For Kolmogorov and Smirnov's D, the expectation of D^2 under no change is pi^2 / 12 / N, which is taken off; the interval is that of the
   * law of D around its estimate.
   */
  static final double LEAST = 0.0005;

  private static final double TWO_SIDED = 1.959963984540054;
  private static final double NINE_OF_TEN = 1.2815515655446004;
  private static final double KOLMOGOROV = 1.3580986393225507;
  private static final double MEAN_SQUARE = Math.PI * Math.PI / 12;

  /**
   * The PSI of two distributions.
   *
   * @param cells the cells that it is measured in
   * @param tested the degrees of freedom of the test
   */
  Effect psi(Cells cells, int tested) {
    double rows = harmonic(cells.n(), cells.m());
    double raw = 0;
    Spread before = new Spread();
    Spread now = new Spread();
    for (Cells.Cell cell : cells.cells()) {
      double p = Math.max(LEAST, cells.before(cell));
      double q = Math.max(LEAST, cells.now(cell));
      raw += (q - p) * Math.log(q / p);
      before.add(p, Math.log(p / q) + 1 - q / p);
      now.add(q, Math.log(q / p) + 1 - p / q);
    }
    double variance = before.variance() / cells.n() + now.variance() / cells.m();
    double inflation = raw > 0 ? Math.max(1, variance * rows / (4 * raw)) : 1;
    int degrees = cells.degrees();
    double estimate = raw - degrees / rows;
    double square = TWO_SIDED * TWO_SIDED;
    double shift = 2 * inflation * square / rows;
    double reach =
        Math.sqrt(
            Math.max(
                0, shift * shift + 2 * shift * estimate + 2 * degrees * square / (rows * rows)));
    return new Effect(
        "PSI",
        Math.max(0, estimate),
        Math.max(0, estimate + shift - reach),
        Math.max(0, estimate + shift + reach),
        limit,
        detectable(tested) / rows);
  }

  /** The noncentrality that is found in nine windows of ten. */
  private double detectable(int degrees) {
    if (degrees < 1) {
      return Double.NaN;
    }
    double critical = ChiSquaredDistribution.of(degrees).inverseSurvivalProbability(level);
    double distance = critical - degrees;
    double square = NINE_OF_TEN * NINE_OF_TEN;
    double middle = distance + 2 * square;
    return middle + Math.sqrt(middle * middle - distance * distance + 2 * square * degrees);
  }

  Effect distance(double distance, long n, long m) {
    double rows = harmonic(n, m);
    double reach = KOLMOGOROV / Math.sqrt(rows);
    double critical = Math.sqrt(-Math.log(level / 2) / 2);
    return new Effect(
        "D",
        Math.sqrt(Math.max(0, distance * distance - MEAN_SQUARE / rows)),
        Math.max(0, distance - reach),
        Math.min(1, distance + reach),
        limit,
        Math.min(1, (critical + NINE_OF_TEN / 2) / Math.sqrt(rows)));
  }

  private static double harmonic(long n, long m) {
    return (double) n * m / ((double) n + m);
  }

  /** The variance of a quantity that has a value in each cell. */
  private static final class Spread {
    private double mean;
    private double squares;

    void add(double share, double value) {
      mean += share * value;
      squares += share * value * value;
    }

    double variance() {
      return Math.max(0, squares - mean * mean);
    }
  }
}
