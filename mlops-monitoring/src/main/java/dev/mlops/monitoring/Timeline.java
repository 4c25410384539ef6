package dev.mlops.monitoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.design.Metric;
import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A model's performance, window after window.
 *
 * @param windows the windows with predictions, oldest first
 * @param gaps the stretches of one or more whole windows between them that have none, oldest first
 */
public record Timeline(List<Performance> windows, List<TimeWindow> gaps) {
  private static final int WIDTH = 40;
  private static final List<Metric> FOREMOST =
      List.of(
          Metric.ROC_AUC,
          Metric.LOG_LOSS,
          Metric.POSITIVE_RATE,
          Metric.ACCURACY,
          Metric.RMSE,
          Metric.BIAS);

  /**
   * Copies the lists.
   *
   * @param windows the windows with predictions, oldest first
   * @param gaps the stretches of one or more whole windows between them that have none, oldest
   *     first
   */
  public Timeline {
    requireNonNull(gaps, "gaps");
    windows = Elements.copy(windows, "windows");
    gaps = Elements.copy(gaps, "gaps");
  }

  /**
   * A metric's value in a window.
   *
   * @param window the window
   * @param measured what was measured
   */
  public record Point(TimeWindow window, Measurement measured) {}

  /**
   * Returns one metric over time.
   *
   * @param metric the metric, such as {@code Metric.ROC_AUC}
   * @return a point for each window in which it could be computed, oldest first; unmodifiable
   */
  public List<Point> series(Metric metric) {
    requireNonNull(metric, "metric");
    return windows.stream()
        .flatMap(
            performance ->
                performance.find(metric).stream()
                    .map(found -> new Point(performance.window(), found)))
        .toList();
  }

  /**
   * Draws one metric over time in plain text: a line for each window, with its interval on a common
   * scale.
   *
   * @param metric the metric, such as {@code Metric.ROC_AUC}
   * @return the lines
   */
  public String chart(Metric metric) {
    requireNonNull(metric, "metric");
    List<Point> points = series(metric);
    double low = points.stream().mapToDouble(point -> point.measured.low()).min().orElse(0);
    double high = points.stream().mapToDouble(point -> point.measured.high()).max().orElse(1);
    double scale = (WIDTH - 1) / Math.max(high - low, Double.MIN_NORMAL);
    return points.stream()
        .map(point -> line(point, low, scale))
        .collect(Collectors.joining("\n", metric + "\n", "\n"));
  }

  private static String line(Point point, double low, double scale) {
    StringBuilder line = new StringBuilder(" ".repeat(WIDTH));
    int from = place(point.measured.low(), low, scale);
    int to = place(point.measured.high(), low, scale);
    line.replace(from, to + 1, "-".repeat(to + 1 - from));
    line.setCharAt(place(point.measured.value(), low, scale), 'o');
    return String.format(
        Locale.ROOT, "%-10s %9.4f  |%s|", point.window, point.measured.value(), line);
  }

  private static int place(double value, double low, double scale) {
    return (int) Math.round((value - low) * scale);
  }

  /**
   * Returns the timeline as a table for a reader.
   *
   * @return a line for each window, with its predictions, label coverage and foremost metrics, and
   *     one for each gap
   */
  @Override
  public String toString() {
    SortedMap<Instant, String> lines = new TreeMap<>();
    windows.forEach(window -> lines.put(window.window().from(), row(window)));
    gaps.forEach(
        gap -> lines.put(gap.from(), String.format(Locale.ROOT, "%-10s no predictions", gap)));
    return String.join("\n", lines.values());
  }

  private static String row(Performance performance) {
    String metrics =
        FOREMOST.stream()
            .flatMap(metric -> performance.find(metric).stream())
            .map(Timeline::brief)
            .collect(Collectors.joining("  "));
    return String.format(
        Locale.ROOT,
        "%-10s %9d %-12s %5.1f %% labelled  %s",
        performance.window(),
        performance.predictions(),
        Plural.words(performance.predictions(), "prediction,", "predictions,"),
        100 * performance.labels().coverage(),
        metrics);
  }

  private static String brief(Measurement measured) {
    return String.format(
        Locale.ROOT,
        "%s %.4f [%.4f, %.4f]",
        measured.metric(),
        measured.value(),
        measured.low(),
        measured.high());
  }
}
