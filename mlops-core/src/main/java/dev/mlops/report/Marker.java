package dev.mlops.report;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A place on the level axis with a name.
 *
 * @param name what stands there
 * @param value where it is
 */
record Marker(String name, double value) {
  private static final double GAP = 6;

  /** How far above the plot the lowest name stands, so that it is not on the highest tick. */
  private static final double ABOVE = 16;

  /** How many rows the names need above a plot, so that none is on another. */
  static int[] rows(List<Marker> marks, Plot plot, double width) {
    double[] left = new double[marks.size()];
    double[] right = new double[marks.size()];
    for (int i = 0; i < left.length; i++) {
      Marker mark = marks.get(i);
      double half = mark.room(width) / 2;
      left[i] = mark.middle(plot, width) - half;
      right[i] = left[i] + 2 * half + GAP;
    }
    return Apart.rows(left, right);
  }

  /** How much room rows of names need above the plot. */
  static double height(int[] rows) {
    int most = IntStream.of(rows).map(row -> row + 1).max().orElse(0);
    return 8 + (most == 0 ? 0 : ABOVE - 8 + Lettering.LINE * most - 4);
  }

  /** Draws dashed lines down from the names, which stand in rows above the plot. */
  static void draw(List<Marker> marks, int[] rows, Plot plot, Canvas canvas) {
    for (int i = 0; i < rows.length; i++) {
      Marker mark = marks.get(i);
      double height = plot.top() - ABOVE - Lettering.LINE * rows[i];
      double place = plot.x(mark.value);
      canvas.line("mark", place, height + 7, place, plot.bottom());
      canvas.text(
          "note m", mark.middle(plot, canvas.width()), height, longest(canvas.width()), mark.name);
    }
  }

  private double middle(Plot plot, double width) {
    double half = room(width) / 2;
    return Math.max(half, Math.min(width - half, plot.x(value)));
  }

  private double room(double width) {
    return Math.min(Lettering.width(name), longest(width));
  }

  private static double longest(double width) {
    return width * 0.6;
  }
}
