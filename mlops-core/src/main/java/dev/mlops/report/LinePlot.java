package dev.mlops.report;

import dev.mlops.error.Plural;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Draws a {@link LineChart}. */
final class LinePlot {
  static final int LINES = 32;
  static final int MARKS = 40;

  private static final double TICK_ROOM = 46;
  private static final double LABELS = 0.3;
  private static final double NARROW_LABELS = 0.36;
  private static final double SPACE = 12;
  private static final int DOTS = 40;
  private static final double FAR = 3;

  private final LineChart chart;
  private final Canvas canvas;
  private final List<Line> lines;
  private final List<Line> drawn;
  private final List<Marker> marks;

  LinePlot(LineChart chart, Frame frame) {
    this.chart = chart;
    this.canvas = new Canvas(frame, chart.title());
    this.lines = first(chart.lines(), LINES, "line");
    this.marks = first(chart.marks(), MARKS, "mark");
    this.drawn =
        lines.stream().filter(line -> finite(line.values()).findAny().isPresent()).toList();
  }

  private <T> List<T> first(List<T> all, int most, String thing) {
    if (all.size() > most) {
      canvas.note(
          "the first "
              + Plural.grouped(most)
              + " of "
              + Plural.of(all.size(), thing)
              + " are shown");
      return all.subList(0, most);
    }
    return all;
  }

  private static DoubleStream finite(double[] values) {
    return DoubleStream.of(values).filter(Double::isFinite);
  }

  Drawing draw() {
    if (drawn.isEmpty()) {
      canvas.nothing(why());
    } else if (chart.levelUnit().isTime() && !CalendarTicks.canShow(level())) {
      canvas.nothing("the times lie outside of the years -90,000 to 90,000");
    } else {
      plot();
      lines.forEach(line -> missing(line).ifPresent(canvas::note));
    }
    return new Drawing(canvas, description());
  }

  private String why() {
    return lines.isEmpty()
        ? "no line was added"
        : lines.stream()
            .map(line -> missing(line).orElse("'" + line.name() + "' has no values"))
            .collect(Collectors.joining("; "));
  }

  /** Says which values of a line are not drawn. */
  private static Optional<String> missing(Line line) {
    long nan = DoubleStream.of(line.values()).filter(Double::isNaN).count();
    long infinite = DoubleStream.of(line.values()).filter(Double::isInfinite).count();
    if (nan + infinite == 0) {
      return Optional.empty();
    }
    StringJoiner parts = new StringJoiner(" and ");
    if (nan > 0) {
      parts.add(nan + (nan == 1 ? " is" : " are") + " missing (NaN)");
    }
    if (infinite > 0) {
      parts.add(infinite + (infinite == 1 ? " is" : " are") + " infinite");
    }
    String values = Plural.of(line.values().length, "value");
    return Optional.of("of " + values + " of '" + line.name() + "', " + parts);
  }

  private void plot() {
    double labels = labelRoom();
    Unit unit = chart.uprightUnit();
    double height = Math.max(canvas.frame().plot(), Lettering.LINE * (labelCount() + 1));
    Range wanted = upright();
    BigDecimal step = unit.step(wanted.span(), (int) (height / TICK_ROOM));
    List<BigDecimal> ticks = Steps.covering(wanted, step);
    if (!chart.uprightLabel().isBlank()) {
      canvas.text("name", 0, canvas.height() + 8, canvas.width(), chart.uprightLabel());
      canvas.grow(Lettering.LINE);
    }
    double left = Plot.room(unit, ticks, step);
    Range y = Steps.range(ticks);
    Plot above = new Plot(left, canvas.width() - labels, 0, 0, level(), y);
    int[] rows = Marker.rows(marks, above, canvas.width());
    canvas.grow(Marker.height(rows));
    double top = canvas.height();
    canvas.grow(height);
    Plot plot = new Plot(left, canvas.width() - labels, top, top + height, level(), y);
    plot.upright(canvas, unit, ticks, step);
    data(plot, rows);
    boolean whole =
        drawn.stream()
            .flatMapToDouble(line -> DoubleStream.of(line.places()))
            .allMatch(LinePlot::isWhole);
    plot.level(canvas, chart.levelUnit(), chart.levelName(), whole);
  }

  private static boolean isWhole(double value) {
    return value == Math.rint(value);
  }

  private void data(Plot plot, int[] rows) {
    drawn.forEach(line -> canvas.path("band " + colour(line), Bands.path(line, plot)));
    for (Marker limit : chart.limits()) {
      double y = plot.y(limit.value());
      canvas.line("limit", plot.left(), y, plot.right(), y);
    }
    Marker.draw(marks, rows, plot, canvas);
    drawn.forEach(line -> line(line, plot));
    names(plot);
  }

  private void line(Line line, Plot plot) {
    double[] x = DoubleStream.of(line.places()).map(plot::x).toArray();
    int columns = (int) Math.ceil(plot.right() - plot.left());
    int[] kept = Thinning.kept(x, line.values(), columns);
    StringBuilder path = new StringBuilder();
    List<Integer> dots = new ArrayList<>();
    boolean few = finite(line.values()).count() <= DOTS;
    for (int i = 0; i < kept.length; i++) {
      if (kept[i] == Thinning.GAP) {
        continue;
      }
      boolean starts = i == 0 || kept[i - 1] == Thinning.GAP;
      boolean ends = i == kept.length - 1 || kept[i + 1] == Thinning.GAP;
      if (few || (starts && ends)) {
        dots.add(kept[i]);
      }
      if (!(starts && ends)) {
        path.append(starts ? "M" : " ").append(Markup.at(x[kept[i]])).append(' ');
        path.append(Markup.at(plot.y(line.values()[kept[i]])));
      }
    }
    if (!path.isEmpty()) {
      canvas.path("line " + colour(line) + " " + dashes(line), path.toString());
    }
    dots.forEach(i -> canvas.dot("dot " + colour(line), x[i], plot.y(line.values()[i])));
  }

  private String colour(Line line) {
    return Style.colour(lines.indexOf(line));
  }

  private String dashes(Line line) {
    return Style.dashes(lines.indexOf(line));
  }

  /** Writes each name where its line ends, and moves names that would lie on each other. */
  private void names(Plot plot) {
    int lineCount = drawn.size();
    double[] ends = new double[labelCount()];
    double[] wanted = new double[labelCount()];
    for (int i = 0; i < lineCount; i++) {
      int last = last(drawn.get(i).values());
      ends[i] = plot.x(drawn.get(i).places()[last]);
      wanted[i] = plot.y(drawn.get(i).values()[last]);
    }
    for (int i = 0; i < chart.limits().size(); i++) {
      ends[lineCount + i] = plot.right();
      wanted[lineCount + i] = plot.y(chart.limits().get(i).value());
    }
    double[] places = Apart.moved(wanted, Lettering.LINE, plot.top() + 4, plot.bottom() - 4);
    for (int i = 0; i < places.length; i++) {
      boolean line = i < lineCount;
      String colour = line ? colour(drawn.get(i)) : "";
      double x = plot.right() + SPACE;
      if (Math.abs(places[i] - wanted[i]) > FAR || ends[i] < plot.right() - FAR) {
        canvas.line("lead " + colour, ends[i] + FAR, wanted[i], x - 3, places[i]);
      }
      String text = line ? drawn.get(i).name() : limitName(chart.limits().get(i - lineCount));
      canvas.text("end " + colour, x, places[i], canvas.width() - x, text);
    }
  }

  private int labelCount() {
    return drawn.size() + chart.limits().size();
  }

  private String limitName(Marker limit) {
    return limit.name() + " " + chart.uprightUnit().brief(limit.value());
  }

  private double labelRoom() {
    double widest =
        Stream.concat(drawn.stream().map(Line::name), chart.limits().stream().map(this::limitName))
            .mapToDouble(Lettering::width)
            .max()
            .orElse(0);
    double share = canvas.frame().isNarrow() ? NARROW_LABELS : LABELS;
    return Math.min(widest + 2, share * canvas.width()) + SPACE;
  }

  private static int last(double[] values) {
    int last = values.length - 1;
    while (!Double.isFinite(values[last])) {
      last--;
    }
    return last;
  }

  private Range upright() {
    DoubleStream values =
        drawn.stream()
            .flatMapToDouble(
                line ->
                    DoubleStream.concat(
                        DoubleStream.of(line.values()),
                        DoubleStream.concat(
                            DoubleStream.of(line.low()), DoubleStream.of(line.high()))));
    DoubleStream limits = chart.limits().stream().mapToDouble(Marker::value);
    Range range = Range.of(DoubleStream.concat(values, limits));
    return Steps.widened(range.low(), range.high());
  }

  private Range level() {
    DoubleStream places = drawn.stream().flatMapToDouble(line -> DoubleStream.of(line.places()));
    DoubleStream marked = marks.stream().mapToDouble(Marker::value);
    Range range = Range.of(DoubleStream.concat(places, marked));
    if (range.low() < range.high()) {
      return range;
    }
    double around = chart.levelUnit().isTime() ? 43_200 : Math.max(0.5, Math.abs(range.low()) / 10);
    return new Range(range.low() - around, range.high() + around);
  }

  private String description() {
    StringJoiner sentences = new StringJoiner(" ");
    sentences.add("A chart of " + Plural.of(chart.lines().size(), "line") + ".");
    for (Line line : drawn) {
      Range range = Range.of(finite(line.values()));
      Unit unit = chart.uprightUnit();
      sentences.add(
          line.name()
              + ": from "
              + unit.brief(range.low())
              + " to "
              + unit.brief(range.high())
              + ", at last "
              + unit.brief(line.values()[last(line.values())])
              + ".");
    }
    chart.limits().forEach(limit -> sentences.add("Limit: " + limitName(limit) + "."));
    marks.forEach(
        mark ->
            sentences.add("At " + chart.levelUnit().text(mark.value()) + ": " + mark.name() + "."));
    return sentences.toString();
  }
}
