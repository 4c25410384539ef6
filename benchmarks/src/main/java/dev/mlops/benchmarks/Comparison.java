package dev.mlops.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Times work side by side and prints how ours compares: a row for each rival or limit, and a score
 * in the last line.
 */
final class Comparison {

  private record Line(
      String work, String size, String rival, double theirs, double ours, double bar, String unit) {

    /** How fast we are, theirs being 1. */
    double ratio() {
      return theirs / ours;
    }

    String written(double value) {
      return unit.isEmpty() ? time(value) : decimal(unit, value);
    }
  }

  private final List<Line> lines = new ArrayList<>();

  /**
   * Runs pieces of work in turn until they are warm, then some times more, and returns the seconds
   * of the best run of each. The best, because whatever else the machine does can only slow a run
   * down; in turn, so that it slows all.
   */
  static double[] seconds(int warmups, int runs, List<Callable<?>> works) throws Exception {
    double[] best = new double[works.size()];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    for (int run = -warmups; run < runs; run++) {
      for (int i = 0; i < best.length; i++) {
        long start = System.nanoTime();
        works.get(i).call();
        double seconds = (System.nanoTime() - start) * 1e-9;
        best[i] = run < 0 ? best[i] : Math.min(best[i], seconds);
      }
    }
    return best;
  }

  /** Returns the middle of an odd number of measurements. */
  static double median(double[] measured) {
    double[] sorted = measured.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Adds a row; the bar is the least ratio of their seconds to ours that we promise. */
  void add(String work, String size, String rival, double theirs, double ours, double bar) {
    add(work, size, rival, theirs, ours, bar, "");
  }

  /**
   * Adds a row of something else than seconds, of which less is better, in a format with its unit.
   */
  void add(
      String work, String size, String rival, double theirs, double ours, double bar, String unit) {
    lines.add(new Line(work, size, rival, theirs, ours, bar, unit));
  }

  /** Prints the table and the score, which is the smallest ratio divided by its bar. */
  void print() {
    String format = "%-36s  %-30s  %-36s  %10s  %10s  %6s  %5s%n";
    System.out.printf(format, "work", "size", "rival or limit", "theirs", "ours", "ratio", "bar");
    for (Line line : lines) {
      System.out.printf(
          format,
          line.work(),
          line.size(),
          line.rival(),
          line.written(line.theirs()),
          line.written(line.ours()),
          decimal("%.2f", line.ratio()),
          decimal("%.2f", line.bar()));
    }
    double score =
        lines.stream().mapToDouble(line -> line.ratio() / line.bar()).min().orElseThrow();
    System.out.println("score " + decimal("%.3f", score));
  }

  /** Writes seconds with three digits and the unit that suits them. */
  static String time(double seconds) {
    if (seconds >= 1) {
      return decimal("%.3g s", seconds);
    }
    if (seconds >= 1e-3) {
      return decimal("%.3g ms", seconds * 1e3);
    }
    return seconds >= 1e-6 ? decimal("%.3g us", seconds * 1e6) : decimal("%.3g ns", seconds * 1e9);
  }

  private static String decimal(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
