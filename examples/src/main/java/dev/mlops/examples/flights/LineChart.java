package dev.mlops.examples.flights;

import static dev.mlops.examples.flights.Markup.at;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lines over a common axis of ticks, with limits drawn across, as inline SVG. */
final class LineChart {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 260;
  private static final int LEFT = 52;
  private static final int RIGHT = 150;
  private static final int TOP = 14;
  private static final int BOTTOM = 34;
  private static final List<String> COLOURS = List.of("#1f5fa8", "#c2571a", "#3b8a4a", "#7a4fa3");

  private record Series(String name, List<Double> values) {}

  private record Limit(String name, double value) {}

  private final String title;
  private final List<String> ticks;
  private final List<Series> series = new ArrayList<>();
  private final List<Limit> limits = new ArrayList<>();

  /** A chart whose horizontal axis has these places; an empty tick is a place without a word. */
  LineChart(String title, List<String> ticks) {
    this.title = title;
    this.ticks = List.copyOf(ticks);
  }

  /** Adds a line with one value per place; NaN leaves a gap at the end of what came before. */
  LineChart line(String name, double... values) {
    series.add(new Series(name, DoubleStream.of(values).boxed().toList()));
    return this;
  }

  /** Adds a dashed line across. */
  LineChart limit(String name, double value) {
    limits.add(new Limit(name, value));
    return this;
  }

  Markup svg() {
    Markup svg = new Markup();
    svg.add("<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, title);
    axis(svg);
    words(svg);
    for (int i = 0; i < limits.size(); i++) {
      across(svg, limits.get(i), 12 * i - 6 * (limits.size() - 1));
    }
    for (int i = 0; i < series.size(); i++) {
      draw(svg, series.get(i), COLOURS.get(i % COLOURS.size()), i);
    }
    return svg.add("</svg>");
  }

  private void axis(Markup svg) {
    for (int step = 0; step <= 4; step++) {
      double value = low() + (high() - low()) * step / 4;
      String y = at(y(value));
      svg.add(
          "<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"%s\" y2=\"%s\"/>",
          LEFT, WIDTH - RIGHT, y, y);
      svg.add("<text x=\"%s\" y=\"%s\" class=\"value\">%s</text>", LEFT - 6, y, shown(value));
    }
  }

  private void words(Markup svg) {
    for (int place = 0; place < ticks.size(); place++) {
      if (!ticks.get(place).isEmpty()) {
        svg.add(
            "<text x=\"%s\" y=\"%s\" class=\"tick\">%s</text>",
            at(x(place)), HEIGHT - 12, ticks.get(place));
      }
    }
  }

  /** Draws a limit, its name moved down a little, so that limits close together stay readable. */
  private void across(Markup svg, Limit limit, int down) {
    String y = at(y(limit.value()));
    svg.add(
        "<line class=\"limit\" x1=\"%s\" x2=\"%s\" y1=\"%s\" y2=\"%s\"/>",
        LEFT, WIDTH - RIGHT, y, y);
    svg.add(
        "<text x=\"%s\" y=\"%s\">%s</text>",
        WIDTH - RIGHT + 8, at(y(limit.value()) + down), limit.name());
  }

  private void draw(Markup svg, Series line, String colour, int order) {
    StringBuilder points = new StringBuilder();
    for (int place = 0; place < line.values().size(); place++) {
      double value = line.values().get(place);
      if (!Double.isNaN(value)) {
        points.append(at(x(place))).append(',').append(at(y(value))).append(' ');
      }
    }
    svg.add(
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>", colour, points);
    int y = HEIGHT - BOTTOM - 16 * order - 4;
    svg.add(
        "<text x=\"%s\" y=\"%s\" style=\"fill:%s\">%s</text>",
        WIDTH - RIGHT + 8, y, colour, line.name());
  }

  private double x(int place) {
    double span = Math.max(1, ticks.size() - 1);
    return LEFT + (WIDTH - RIGHT - LEFT) * place / span;
  }

  private double y(double value) {
    double share = (value - low()) / Math.max(1e-9, high() - low());
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  }

  private double low() {
    double low = drawn().min().orElse(0);
    return low - 0.08 * (drawn().max().orElse(1) - low);
  }

  private double high() {
    double high = drawn().max().orElse(1);
    return high + 0.08 * (high - drawn().min().orElse(0));
  }

  private DoubleStream drawn() {
    Stream<Double> lines = series.stream().flatMap(line -> line.values().stream());
    Stream<Double> across = limits.stream().map(Limit::value);
    return Stream.concat(lines, across).filter(value -> !value.isNaN()).mapToDouble(value -> value);
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.0f", value);
  }

  /** Returns ticks of which about {@code words} carry their number. */
  static List<String> numbered(int places, int words) {
    int every = Math.max(1, places / words);
    return IntStream.range(0, places)
        .mapToObj(i -> i % every == 0 ? Integer.toString(i) : "")
        .toList();
  }
}
