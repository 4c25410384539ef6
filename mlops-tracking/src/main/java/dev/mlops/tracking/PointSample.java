package dev.mlops.tracking;

import dev.mlops.error.Plural;
import java.util.stream.IntStream;

/**
 * Chooses the points of a metric that a drawing of it needs.
 *
 * <p>The points are cut into stretches of equally many. Each keeps its first, last, least and
 * greatest point, so that a line through them covers the same height in each stretch as a line
 * through all points (the M4 aggregation of Jugel, Jerzak, Hackenbroich and Markl, <a
 * href="https://doi.org/10.14778/2732951.2732953">VLDB 2014</a>). Stretches of equally many points
 * and not of equally many steps: steps may be anything, such as one restart at 0. Beyond M4 a
 * stretch keeps its first NaN, as a divergence is what one looks for.
 */
final class PointSample {

  static final int FEWEST = 5;

  private final Points all;
  private final Points kept = new Points();

  private PointSample(Points all) {
    this.all = all;
  }

  /**
   * Chooses points.
   *
   * @param all points in their order
   * @param limit at most how many to keep, at least 5
   */
  static Points of(Points all, int limit) {
    return all.size() <= limit ? all : new PointSample(all).chosen(limit);
  }

  static int checkedLimit(int limit) {
    if (limit < FEWEST) {
      throw new IllegalArgumentException(
          "a sampled history needs at least "
              + Plural.of(FEWEST, "point")
              + " (first, last, least, greatest, NaN): "
              + limit);
    }
    return limit;
  }

  private Points chosen(int limit) {
    int stretches = limit / (hasNaN() ? FEWEST : FEWEST - 1);
    for (int i = 0; i < stretches; i++) {
      keep(border(i, stretches), border(i + 1, stretches));
    }
    return kept;
  }

  private boolean hasNaN() {
    return IntStream.range(0, all.size()).anyMatch(i -> Double.isNaN(all.value(i)));
  }

  private int border(int stretch, int stretches) {
    return (int) ((long) stretch * all.size() / stretches);
  }

  private void keep(int from, int to) {
    int least = -1;
    int greatest = -1;
    int missing = -1;
    for (int i = from; i < to; i++) {
      double value = all.value(i);
      if (Double.isNaN(value)) {
        missing = missing < 0 ? i : missing;
      } else {
        least = least < 0 || value < all.value(least) ? i : least;
        greatest = greatest < 0 || value > all.value(greatest) ? i : greatest;
      }
    }
    IntStream.of(from, least, greatest, missing, to - 1)
        .filter(i -> i >= 0)
        .sorted()
        .distinct()
        .forEach(i -> kept.addAll(all, i, i + 1));
  }

  @Override
  public String toString() {
    return "sample of " + Plural.of(all.size(), "point");
  }
}
