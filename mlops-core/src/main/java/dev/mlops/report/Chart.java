package dev.mlops.report;

/** A drawing of numbers. It is part of a {@link Report}, or an SVG file of its own. */
public sealed interface Chart permits LineChart, BarChart, HistogramChart {
  /**
   * Draws the chart for a wide screen.
   *
   * @return an SVG document with its style, light and dark; the same for the same chart
   */
  String svg();
}
