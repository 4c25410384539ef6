package dev.mlops.report;

import dev.mlops.stats.Histogram;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.DoubleStream;

/** Bins of a histogram whose edges are round. */
final class RoundBins {
  private static final int WANTED = 40;
  private static final double TAIL = 0.005;
  private static final double FAR = 3;

  private RoundBins() {}

  static HistogramBars of(Histogram histogram) {
    double[] ends =
        histogram.buckets().stream()
            .flatMapToDouble(bucket -> DoubleStream.of(bucket.lower(), bucket.upper()))
            .map(end -> Math.max(histogram.min(), Math.min(histogram.max(), end)))
            .filter(Double::isFinite)
            .toArray();
    if (ends.length == 0) {
      double below = histogram.count() == 0 ? 0 : histogram.shareBelow(0);
      double above = histogram.count() == 0 ? 0 : 1 - below;
      return HistogramBars.none(outside(histogram, below, above));
    }
    Range all = Range.of(DoubleStream.of(ends));
    Range shown = shown(histogram, all);
    BigDecimal step = Steps.decimal(shown.span(), WANTED);
    List<BigDecimal> ticks = Steps.covering(shown, step);
    double[] edges = ticks.stream().mapToDouble(Steps::at).toArray();
    double[] below = DoubleStream.of(edges).map(histogram::shareBelow).toArray();
    double[] shares = new double[edges.length - 1];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.max(0, below[i + 1] - below[i]);
    }
    // The greatest value belongs to the last bin also where it is its edge.
    boolean whole = edges[edges.length - 1] >= histogram.max();
    if (whole) {
      shares[shares.length - 1] = Math.max(0, 1 - below[shares.length - 1]);
    }
    double above = whole ? 0 : 1 - below[below.length - 1];
    return new HistogramBars(edges, shares, outside(histogram, below[0], above));
  }

  private static Range shown(Histogram histogram, Range all) {
    double low = Math.max(all.low(), histogram.quantile(TAIL));
    double high = Math.min(all.high(), histogram.quantile(1 - TAIL));
    boolean far = high > low && all.high() / FAR - all.low() / FAR > high - low;
    return far ? new Range(low, high) : Steps.widened(all.low(), all.high());
  }

  private static HistogramChart.Outside outside(Histogram histogram, double below, double above) {
    long missing = histogram.nulls() + histogram.nans();
    if (histogram.count() == 0) {
      return new HistogramChart.Outside(0, 0, 0, 0, missing);
    }
    return new HistogramChart.Outside(below, histogram.min(), above, histogram.max(), missing);
  }
}
