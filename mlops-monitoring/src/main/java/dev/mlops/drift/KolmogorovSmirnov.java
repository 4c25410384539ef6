package dev.mlops.drift;

import dev.mlops.profile.NumberProfile;
import dev.mlops.stats.Histogram;
import java.util.List;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.apache.commons.statistics.inference.SignificanceResult;

/**
 * The greatest distance D between two distribution functions, and how often chance alone gives as
 * much.
 *
 * @param method how it was computed
 * @param distance D, from 0 to 1
 * @param p the two-sided p-value
 */
record KolmogorovSmirnov(String method, double distance, double p) {
  /** On raw values: exact, or for large samples by the limiting law. No value is NaN. */
  static KolmogorovSmirnov of(double[] reference, double[] current) {
    SignificanceResult result = KolmogorovSmirnovTest.withDefaults().test(reference, current);
    return new KolmogorovSmirnov(
        "Kolmogorov-Smirnov on the values", result.getStatistic(), result.getPValue());
  }

  /**
   * On histograms, whose buckets have the same edges everywhere: D over the edges alone is never
   * more than the true one, so the p-value errs on the careful side. A missing value is less than
   * any other.
   */
  static KolmogorovSmirnov of(NumberProfile reference, NumberProfile current) {
    List<Histogram.Bucket> a = reference.histogram().buckets();
    List<Histogram.Bucket> b = current.histogram().buckets();
    long below = reference.missing();
    long belowToo = current.missing();
    double distance = distance(below, reference, belowToo, current);
    for (int i = 0, j = 0; i < a.size() && j < b.size(); ) {
      double edge = Math.min(a.get(i).lower(), b.get(j).lower());
      below += a.get(i).lower() == edge ? a.get(i).count() : 0;
      belowToo += b.get(j).lower() == edge ? b.get(j).count() : 0;
      int next = a.get(i).lower() == edge ? i + 1 : i;
      j = b.get(j).lower() == edge ? j + 1 : j;
      i = next;
      distance = Math.max(distance, distance(below, reference, belowToo, current));
    }
    return new KolmogorovSmirnov(
        "Kolmogorov-Smirnov on histograms",
        distance,
        limit(distance, reference.rows(), current.rows()));
  }

  private static double distance(long below, NumberProfile a, long belowToo, NumberProfile b) {
    return Math.abs((double) below / a.rows() - (double) belowToo / b.rows());
  }

  /*
   * The limiting law with Stephens' correction for finite samples: 2 * sum of (-1)^(k-1) exp(-2 k^2 t^2), t = (e + 0.12 + 0.11 / e) D with
   * e the square root of nm / (n + m).
   *
   * M. A. Stephens, "Use of the Kolmogorov-Smirnov, Cramer-von Mises and related statistics without extensive tables", Journal of the Royal
   * Statistical Society B 32, 1970.
   */
  private static double limit(double distance, long n, long m) {
    double root = Math.sqrt((double) n * m / (n + m));
    double t = (root + 0.12 + 0.11 / root) * distance;
    if (t < 0.2) {
      return 1;
    }
    double sum = 0;
    for (int k = 1; k <= 100; k++) {
      double term = Math.exp(-2.0 * k * k * t * t);
      sum += k % 2 == 1 ? term : -term;
    }
    return Math.min(1, Math.max(0, 2 * sum));
  }
}
