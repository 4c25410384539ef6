package dev.mlops.report;

import java.util.ArrayList;
import java.util.List;

/** The band of a line's intervals. */
final class Bands {
  /** A place with the interval there, in pixels; the top is the lesser number. */
  private record Slice(double x, double top, double bottom) {
    Slice and(Slice other) {
      return new Slice(x, Math.min(top, other.top), Math.max(bottom, other.bottom));
    }
  }

  private Bands() {}

  /**
   * The outline of the band, part by part; a place without an interval ends a part. Of many places,
   * those in one column of pixels are drawn as one, as wide as the widest of them.
   */
  static String path(Line line, Plot plot) {
    StringBuilder path = new StringBuilder();
    List<Slice> part = new ArrayList<>();
    boolean few = line.low().length <= plot.right() - plot.left();
    for (int i = 0; i < line.low().length; i++) {
      double low = line.low()[i];
      double high = line.high()[i];
      if (!Double.isFinite(low) || !Double.isFinite(high)) {
        if (few) {
          end(path, part);
        }
        continue;
      }
      double x = plot.x(line.places()[i]);
      Slice slice = new Slice(few ? x : Math.floor(x), plot.y(high), plot.y(low));
      int before = part.size() - 1;
      if (!few && before >= 0 && part.get(before).x == slice.x) {
        part.set(before, part.get(before).and(slice));
      } else {
        part.add(slice);
      }
    }
    end(path, part);
    return path.toString();
  }

  private static void end(StringBuilder path, List<Slice> part) {
    if (part.size() == 1) {
      Slice only = part.get(0);
      part.set(0, new Slice(only.x - 3, only.top, only.bottom));
      part.add(new Slice(only.x + 3, only.top, only.bottom));
    }
    for (int i = 0; i < part.size(); i++) {
      point(path.append(i == 0 ? "M" : " "), part.get(i).x, part.get(i).top);
    }
    for (int i = part.size() - 1; i >= 0; i--) {
      point(path.append(' '), part.get(i).x, part.get(i).bottom);
    }
    if (!part.isEmpty()) {
      path.append('Z');
    }
    part.clear();
  }

  private static void point(StringBuilder path, double x, double y) {
    path.append(Markup.at(x)).append(' ').append(Markup.at(y));
  }
}
