package dev.mlops.stats;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/** The interval of a mean to which a few large values add much. */
final class SkewedMean {

  /*
   * Student's interval is too short on the side of a long tail: most samples lack the large values
   * that make the mean, so their mean is too small and so is their deviation. Two corrections widen
   * that side, and the wider one holds.
   *
   * 1. Johnson's: Student's end moves by skewness * s / (6 n) * (1 + 2 t^2).
   * 2. That of a log-normal tail. A line through the logarithms of the largest k = min(n / 2,
   *    2 n^(2/3)) values against normal quantiles z gives log x = a + b z. Such a tail has the mean
   *    exp(a + b^2 / 2) * P(Z > z0 - b) beyond its begin z0; what the sample lacks of it is added to
   *    the sample's mean m. As in Cox's method for log-normal means, the error of log m is
   *    about sqrt(b^2 / n + b^4 / k).
   *
   * Values of both signs are measured from their median, and both sides are corrected. The constants
   * were set by simulation; docs/decisions has the table.
   *
   * N. J. Johnson, "Modified t tests and confidence intervals for asymmetrical populations",
   * Journal of the American Statistical Association 73, 1978; X.-H. Zhou, S. Gao, "Confidence
   * intervals for the log-normal mean", Statistics in Medicine 16, 1997 (Cox's method).
   */

  private static final int LEAST = 20;
  private static final double LARGEST_REACH = 4;
  private static final double SIDE = 0.25;

  private final double[] sorted;
  private final double t;
  private final double mean;
  private final double deviation;
  private final double skewness;

  private SkewedMean(double[] sorted, double tail) {
    int n = sorted.length;
    this.sorted = sorted;
    this.t = TDistribution.of(n - 1.0).inverseSurvivalProbability(tail);
    this.mean = Arrays.stream(sorted).sum() / n;
    double squares = 0;
    double cubes = 0;
    for (double value : sorted) {
      double away = value - mean;
      squares += away * away;
      cubes += away * away * away;
    }
    this.deviation = Math.sqrt(squares / (n - 1));
    this.skewness = squares == 0 ? 0 : cubes / n / Math.pow(squares / n, 1.5);
  }

  static Optional<Interval> interval(double[] values, double tail, double confidence) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    if (n > 0 && !(Double.isFinite(sorted[0]) && Double.isFinite(sorted[n - 1]))) {
      throw new IllegalArgumentException("a mean needs finite values; found NaN or infinite ones");
    }
    if (n < LEAST || sorted[0] == sorted[n - 1]) {
      return Optional.empty();
    }
    double scale = Math.max(Math.abs(sorted[0]), Math.abs(sorted[n - 1]));
    return new SkewedMean(Arrays.stream(sorted).map(x -> x / scale).toArray(), tail)
        .interval(scale, confidence);
  }

  private Optional<Interval> interval(double scale, double confidence) {
    double upper;
    double lower;
    if (sorted[0] >= 0) {
      upper = upperOfLosses();
      lower = mean - studentReach();
    } else {
      upper = upperSide();
      lower = -new SkewedMean(mirrored(), t, mean, deviation, skewness).upperSide();
    }
    return Double.isFinite(upper) && Double.isFinite(lower)
        ? Optional.of(new Interval(lower * scale, mean * scale, upper * scale, confidence))
        : Optional.empty();
  }

  private SkewedMean(double[] sorted, double t, double mean, double deviation, double skewness) {
    this.sorted = sorted;
    this.t = t;
    this.mean = -mean;
    this.deviation = deviation;
    this.skewness = -skewness;
  }

  private double[] mirrored() {
    double[] mirrored = new double[sorted.length];
    for (int i = 0; i < mirrored.length; i++) {
      mirrored[i] = -sorted[mirrored.length - 1 - i];
    }
    return mirrored;
  }

  private double studentReach() {
    return t * deviation / Math.sqrt((double) sorted.length);
  }

  private double johnson() {
    double shift = skewness * deviation / (6.0 * sorted.length) * (1 + 2 * t * t);
    return mean + studentReach() + Math.max(0, shift);
  }

  /** The upper end for values that cannot be negative; infinite if the tail is too heavy. */
  private double upperOfLosses() {
    Tail tail = Tail.of(sorted, 0, largest(0.5));
    double reach = tail.reach(t, sorted.length);
    return reach > LARGEST_REACH
        ? Double.POSITIVE_INFINITY
        : Math.max(johnson(), (mean + tail.lacking) * Math.exp(reach));
  }

  /** The upper end for values of both signs; infinite if the tail is too heavy. */
  private double upperSide() {
    int n = sorted.length;
    double median = (sorted[n / 2] + sorted[(n - 1) / 2]) / 2;
    Tail tail = Tail.of(sorted, median, largest(SIDE));
    double reach = tail.reach(t, n);
    return reach > LARGEST_REACH
        ? Double.POSITIVE_INFINITY
        : Math.max(johnson(), mean + tail.lacking + tail.mean * Math.expm1(reach));
  }

  private int largest(double share) {
    double n = sorted.length;
    return (int) Math.ceil(Math.min(share * n, 2 * Math.cbrt(n * n)));
  }

  /**
   * A log-normal law through the largest values.
   *
   * @param mean what its tail adds to the mean of all values
   * @param lacking how much more that is than what the sample's tail adds
   * @param slope the standard deviation of the logarithms
   * @param fitted how many values it goes through
   */
  private record Tail(double mean, double lacking, double slope, int fitted) {

    private static final Tail NONE = new Tail(0, 0, 0, 1);
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /** Fits the largest values, as far as they lie above the origin. */
    static Tail of(double[] sorted, double origin, int largest) {
      int n = sorted.length;
      int from = n - largest;
      while (from < n && sorted[from] <= origin) {
        from++;
      }
      int fitted = n - from;
      if (fitted < 3) {
        return NONE;
      }
      double sumZ = 0;
      double sumLog = 0;
      double sumZZ = 0;
      double sumZLog = 0;
      double sum = 0;
      for (int i = from; i < n; i++) {
        double z = NORMAL.inverseCumulativeProbability((i + 0.625) / (n + 0.25));
        double log = Math.log(sorted[i] - origin);
        sumZ += z;
        sumLog += log;
        sumZZ += z * z;
        sumZLog += z * log;
        sum += sorted[i] - origin;
      }
      double slope = (sumZLog - sumZ * sumLog / fitted) / (sumZZ - sumZ * sumZ / fitted);
      double level = (sumLog - slope * sumZ) / fitted;
      double begin = NORMAL.inverseSurvivalProbability((double) fitted / n);
      double mean = Math.exp(level + slope * slope / 2) * NORMAL.survivalProbability(begin - slope);
      return new Tail(mean, mean - sum / n, slope, fitted);
    }

    /** How far the logarithm of the mean may lie off. */
    double reach(double t, int n) {
      return t * Math.sqrt(slope * slope / n + Math.pow(slope, 4) / fitted);
    }
  }
}
