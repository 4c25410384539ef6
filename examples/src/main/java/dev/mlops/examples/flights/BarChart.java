package dev.mlops.examples.flights;

import static dev.mlops.examples.flights.Markup.at;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One bar a name, with a limit drawn through all of them, as inline SVG. */
final class BarChart {
  private static final int WIDTH = 720;
  private static final int LEFT = 210;
  private static final int ROW = 20;

  private final String title;
  private final String limitName;
  private final double limit;
  private final Map<String, Double> bars = new LinkedHashMap<>();

  BarChart(String title, String limitName, double limit) {
    this.title = title;
    this.limitName = limitName;
    this.limit = limit;
  }

  BarChart bar(String name, double value) {
    bars.put(name, value);
    return this;
  }

  Markup svg() {
    int height = ROW * bars.size() + 34;
    Markup svg = new Markup();
    svg.add("<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">", WIDTH, height, title);
    int row = 0;
    for (Map.Entry<String, Double> bar : bars.entrySet()) {
      draw(svg, bar.getKey(), bar.getValue(), 8 + ROW * row++);
    }
    String x = at(LEFT + length(limit));
    svg.add("<line class=\"limit\" x1=\"%s\" x2=\"%s\" y1=\"4\" y2=\"%s\"/>", x, x, height - 22);
    svg.add("<text x=\"%s\" y=\"%s\" class=\"tick\">%s</text>", x, height - 8, limitName);
    return svg.add("</svg>");
  }

  private void draw(Markup svg, String name, double value, int y) {
    String colour = value >= limit ? "#c2571a" : "#1f5fa8";
    svg.add("<text x=\"%s\" y=\"%s\" class=\"value\">%s</text>", LEFT - 8, y + 7, name);
    svg.add(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"13\" fill=\"%s\"/>",
        LEFT, y, at(length(value)), colour);
    svg.add(
        "<text x=\"%s\" y=\"%s\">%s</text>",
        at(LEFT + length(value) + 6), y + 7, String.format(Locale.ROOT, "%.3f", value));
  }

  private double length(double value) {
    double longest = bars.values().stream().mapToDouble(Double::doubleValue).max().orElse(limit);
    return (WIDTH - LEFT - 60) * value / Math.max(Math.max(longest, limit), 1e-9);
  }
}
