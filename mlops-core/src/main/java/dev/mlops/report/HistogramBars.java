package dev.mlops.report;

/** The bars of a histogram. */
final class HistogramBars {
  private static final double EQUAL = 1e-9;

  private final double[] edges;
  private final double[] shares;
  private final HistogramChart.Outside outside;

  /** Takes ascending edges, one more than shares of all values, or none of both without values. */
  HistogramBars(double[] edges, double[] shares, HistogramChart.Outside outside) {
    this.edges = edges;
    this.shares = shares;
    this.outside = outside;
  }

  static HistogramBars none(HistogramChart.Outside outside) {
    return new HistogramBars(new double[0], new double[0], outside);
  }

  double[] edges() {
    return edges;
  }

  double[] shares() {
    return shares;
  }

  HistogramChart.Outside outside() {
    return outside;
  }

  boolean areEqual() {
    double width = (edges[edges.length - 1] - edges[0]) / shares.length;
    for (int i = 0; i < shares.length; i++) {
      if (Math.abs(edges[i + 1] - edges[i] - width) > EQUAL * width) {
        return false;
      }
    }
    return true;
  }
}
