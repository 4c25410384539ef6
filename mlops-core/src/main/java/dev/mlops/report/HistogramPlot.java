package dev.mlops.report;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Draws a {@link HistogramChart}. */
final class HistogramPlot {
  private static final double TICK_ROOM = 46;

  private HistogramPlot() {}

  static void draw(Canvas canvas, HistogramBars bars, Unit unit, String name) {
    boolean equal = bars.areEqual();
    Unit upright = equal ? Unit.share() : Unit.number();
    double[] edges = bars.edges();
    double[] heights =
        IntStream.range(0, bars.shares().length)
            .mapToDouble(i -> bars.shares()[i] / (equal ? 1 : edges[i + 1] - edges[i]))
            .toArray();
    Range wanted = new Range(0, DoubleStream.of(heights).max().orElse(1));
    double height = canvas.frame().plot();
    BigDecimal step = upright.step(wanted.span(), (int) (height / TICK_ROOM));
    List<BigDecimal> ticks = Steps.covering(wanted, step);
    String label = equal ? "share of values" : "share of values, divided by the width of the bin";
    canvas.text("name", 0, canvas.height() + 8, canvas.width(), label);
    canvas.grow(Lettering.LINE + 8);
    double top = canvas.height();
    canvas.grow(height);
    Range y = Steps.range(ticks);
    Range x = new Range(edges[0], edges[edges.length - 1]);
    double left = Plot.room(upright, ticks, step);
    Plot plot = new Plot(left, canvas.width() - 12, top, top + height, x, y);
    plot.upright(canvas, upright, ticks, step);
    for (int i = 0; i < heights.length; i++) {
      double from = plot.x(edges[i]);
      double width = plot.x(edges[i + 1]) - from;
      double above = plot.y(heights[i]);
      if (heights[i] > 0) {
        canvas.bar("bar", from, above, Math.max(0.5, width - 1), plot.bottom() - above);
      }
    }
    plot.level(canvas, unit, name, false);
  }

  static String description(HistogramBars bars, Unit unit) {
    int most =
        IntStream.range(0, bars.shares().length)
            .reduce(0, (a, b) -> bars.shares()[b] > bars.shares()[a] ? b : a);
    double[] edges = bars.edges();
    return "A histogram from "
        + unit.text(edges[0])
        + " to "
        + unit.text(edges[edges.length - 1])
        + ". The fullest bin, from "
        + unit.text(edges[most])
        + " to "
        + unit.text(edges[most + 1])
        + ", has "
        + InWords.percent(bars.shares()[most])
        + " of values.";
  }
}
