package dev.mlops.report;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.report.BarChart.Bar;
import java.math.BigDecimal;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.DoubleStream;

/** Draws a {@link BarChart}. */
final class BarPlot {
  static final int BARS = 200;

  private static final double ROW = 24;
  private static final double THICK = 12;
  private static final double NAMES = 0.34;
  private static final double VALUES = 0.3;
  private static final double NARROW_VALUES = 0.66;
  private static final double SPACE = 8;
  private static final double TICK_ROOM = 60;

  private final BarChart chart;
  private final Canvas canvas;
  private final List<Bar> bars;
  private final List<Marker> limits;

  BarPlot(BarChart chart, Frame frame) {
    this.chart = chart;
    this.canvas = new Canvas(frame, chart.title());
    this.bars = chart.bars().subList(0, Math.min(BARS, chart.bars().size()));
    this.limits =
        chart.limits().stream()
            .map(
                limit ->
                    new Marker(limit.name() + " " + unit().brief(limit.value()), limit.value()))
            .toList();
    if (chart.bars().size() > BARS) {
      canvas.note(
          "the first "
              + Plural.grouped(BARS)
              + " of "
              + Plural.of(chart.bars().size(), "bar")
              + " are shown");
    }
  }

  private Unit unit() {
    return chart.unit();
  }

  Drawing draw() {
    if (bars.stream().noneMatch(bar -> Double.isFinite(bar.value()))) {
      canvas.nothing(
          bars.isEmpty()
              ? "no bar was added"
              : "no value of " + Plural.of(bars.size(), "bar") + " is finite: " + somewhat());
    } else {
      plot();
    }
    return new Drawing(canvas, description());
  }

  private String somewhat() {
    StringJoiner names = new StringJoiner(", ");
    bars.stream()
        .limit(5)
        .forEach(bar -> names.add("'" + bar.name() + "' is " + Exactly.number(bar.value())));
    return names + (bars.size() > 5 ? ", and " + (bars.size() - 5) + " more" : "");
  }

  private void plot() {
    boolean narrow = canvas.frame().isNarrow();
    double names = narrow ? 0 : room(bars.stream().map(Bar::name).toList(), NAMES);
    double values = narrow ? 0 : room(bars.stream().map(this::value).toList(), VALUES);
    double left = names + (narrow ? 2 : SPACE);
    double right = canvas.width() - values - SPACE;
    Range wanted = range();
    BigDecimal step = unit().step(wanted.span(), Math.max(2, (int) ((right - left) / TICK_ROOM)));
    List<BigDecimal> ticks = Steps.covering(wanted, step);
    Range x = Steps.range(ticks);
    Plot level = new Plot(left, right, 0, 0, x, x);
    int[] rows = Marker.rows(limits, level, canvas.width());
    canvas.grow(Marker.height(rows));
    double top = canvas.height();
    canvas.grow(bars.size() * row() + 4);
    Plot plot = new Plot(left, right, top, canvas.height(), x, x);
    ticks.forEach(tick -> upright("grid", plot, Steps.at(tick)));
    for (int i = 0; i < bars.size(); i++) {
      bar(bars.get(i), plot, top + i * row());
    }
    upright("axis", plot, 0);
    Marker.draw(limits, rows, plot, canvas);
    plot.level(canvas, unit(), chart.name(), false);
  }

  private double row() {
    return canvas.frame().isNarrow() ? ROW + Lettering.LINE : ROW;
  }

  private void upright(String type, Plot plot, double value) {
    canvas.line(type, plot.x(value), plot.top(), plot.x(value), plot.bottom());
  }

  private double room(List<String> texts, double most) {
    double widest = texts.stream().mapToDouble(Lettering::width).max().orElse(0);
    return Math.min(widest + 2, most * canvas.width());
  }

  private void bar(Bar bar, Plot plot, double top) {
    double middle = top + row() - ROW / 2;
    if (canvas.frame().isNarrow()) {
      double room = room(List.of(value(bar)), NARROW_VALUES);
      canvas.text("label", 0, top + 10, canvas.width() - room - SPACE, bar.name());
      canvas.text("label e", canvas.width(), top + 10, room, value(bar));
    } else {
      canvas.text("label e", plot.left() - SPACE, middle, plot.left() - SPACE, bar.name());
      double after = plot.right() + SPACE;
      canvas.text("label", after, middle, canvas.width() - after, value(bar));
    }
    if (Double.isFinite(bar.value())) {
      double from = plot.x(Math.min(0, bar.value()));
      double width = plot.x(Math.max(0, bar.value())) - from;
      canvas.bar("bar", from, middle - THICK / 2, width, THICK);
    }
    if (bar.hasInterval()) {
      double from = plot.x(bar.low());
      double to = plot.x(bar.high());
      canvas.path("whisker", whisker(from, to, middle));
    }
  }

  private static String whisker(double from, double to, double y) {
    String path = "M%s %s V%s M%s %s H%s M%s %s V%s";
    String top = Markup.at(y - 4);
    String bottom = Markup.at(y + 4);
    String left = Markup.at(from);
    String right = Markup.at(to);
    return path.formatted(left, top, bottom, left, Markup.at(y), right, right, top, bottom);
  }

  private String value(Bar bar) {
    if (Double.isNaN(bar.value())) {
      return "missing (NaN)";
    }
    return bar.hasInterval()
        ? unit().brief(bar.value())
            + " ("
            + unit().brief(bar.low())
            + " to "
            + unit().brief(bar.high())
            + ")"
        : unit().brief(bar.value());
  }

  private Range range() {
    DoubleStream drawn =
        bars.stream().flatMapToDouble(bar -> DoubleStream.of(bar.value(), bar.low(), bar.high()));
    DoubleStream marked = limits.stream().mapToDouble(Marker::value);
    Range range =
        Range.of(DoubleStream.concat(DoubleStream.of(0), DoubleStream.concat(drawn, marked)));
    return Steps.widened(range.low(), range.high());
  }

  private String description() {
    StringJoiner sentences = new StringJoiner(" ");
    sentences.add("A chart of " + Plural.of(chart.bars().size(), "bar") + ".");
    bars.forEach(bar -> sentences.add(bar.name() + ": " + value(bar) + "."));
    limits.forEach(limit -> sentences.add("Limit: " + limit.name() + "."));
    return sentences.toString();
  }
}
