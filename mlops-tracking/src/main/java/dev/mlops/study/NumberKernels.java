package dev.mlops.study;

import dev.mlops.stats.SplitRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The kernels of a param of numbers: normal ones on the scale that is searched, cut off at its
 * ends. Each is as wide as the greater distance to its two neighbours, and no narrower than the
 * range divided by the number of kernels and 1, or by 100 if that is less. The prior stands in the
 * middle and is as wide as the range. Of values that can be counted each has the mass of its cell.
 */
final class NumberKernels implements Parzen.Kernels {
  private static final double MOST_PARTS = 100;

  private final Param param;
  private final double[] middles;
  private final double[] widths;
  private final NormalDistribution[] normals;
  private final double[] logMasses;

  NumberKernels(Param param, List<Object> trials) {
    int n = trials.size();
    double from = param.from();
    double to = param.to();
    this.param = param;
    this.middles = Arrays.copyOf(trials.stream().mapToDouble(param::place).toArray(), n + 1);
    this.widths = Arrays.copyOf(widths(Arrays.copyOf(middles, n), from, to), n + 1);
    middles[n] = (from + to) / 2;
    widths[n] = to - from;
    this.normals = new NormalDistribution[n + 1];
    this.logMasses = new double[n + 1];
    for (int i = 0; i <= n; i++) {
      normals[i] = NormalDistribution.of(middles[i], widths[i]);
      logMasses[i] = Math.log(normals[i].probability(from, to));
    }
  }

  static double[] widths(double[] middles, double from, double to) {
    int n = middles.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> middles[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double narrowest = (to - from) / Math.min(MOST_PARTS, n + 2.0);
    double[] widths = new double[n];
    for (int i = 0; i < n; i++) {
      double middle = middles[order[i]];
      // The outermost kernels have one neighbour; the ends of the range count only for a lone one.
      double below = i > 0 ? middle - middles[order[i - 1]] : n == 1 ? middle - from : 0;
      double above = i < n - 1 ? middles[order[i + 1]] - middle : n == 1 ? to - middle : 0;
      widths[order[i]] = Math.max(narrowest, Math.min(to - from, Math.max(below, above)));
    }
    return widths;
  }

  /** Drawn again until it lies within the ends: at least a third of the draws do. */
  @Override
  public Object draw(int kernel, SplitRandom random) {
    double place;
    do {
      place = middles[kernel] + widths[kernel] * random.nextGaussian();
    } while (place < param.from() || place > param.to());
    return param.near(place);
  }

  @Override
  public double logDensity(int kernel, Object value) {
    NormalDistribution normal = normals[kernel];
    if (param.isDiscrete()) {
      double[] cell = param.cell(value);
      return Math.log(normal.probability(cell[0], cell[1])) - logMasses[kernel];
    }
    return normal.logDensity(param.place(value)) - logMasses[kernel];
  }
}
