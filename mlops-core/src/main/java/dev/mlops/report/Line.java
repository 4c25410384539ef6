package dev.mlops.report;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A line of a {@link LineChart}: a name and values, each at a place of the level axis. NaN and the
 * infinities make a gap.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class Line {
  private static final double[] NONE = {};

  private final String name;
  private final boolean overTimes;
  private final int[] order;
  private final double[] places;
  private final double[] values;
  private final double[] low;
  private final double[] high;

  /** Takes places and values as they were given, and the order of the places. */
  private Line(
      String name,
      boolean overTimes,
      int[] order,
      double[] places,
      double[] values,
      double[] low,
      double[] high) {
    this.name = name;
    this.overTimes = overTimes;
    this.order = order;
    this.places = places;
    this.values = values;
    this.low = low;
    this.high = high;
  }

  /**
   * Returns a line with one value for each step, the first of which is 0.
   *
   * @param name the name at the line's end
   * @param values the values; NaN for a gap
   * @return the line
   */
  public static Line of(String name, double... values) {
    requireNonNull(values, "values");
    return sorted(
        requireNonNull(name, "name"),
        false,
        IntStream.range(0, values.length).asDoubleStream().toArray(),
        values);
  }

  /**
   * Returns a line over numbers.
   *
   * @param name the name at the line's end
   * @param places where the values are on the level axis, finite; drawn in ascending order
   * @param values one value for each place; NaN for a gap
   * @return the line
   * @throws IllegalArgumentException if there are more places than values or fewer, or a place is
   *     not finite
   */
  public static Line over(String name, double[] places, double[] values) {
    requireNonNull(places, "places");
    requireNonNull(values, "values");
    return sorted(requireNonNull(name, "name"), false, places, values);
  }

  /**
   * Returns a line over times.
   *
   * @param name the name at the line's end
   * @param times when the values were; drawn in ascending order
   * @param values one value for each time; NaN for a gap
   * @return the line
   * @throws IllegalArgumentException if there are more times than values or fewer
   */
  public static Line over(String name, List<Instant> times, double[] values) {
    List<Instant> each = Elements.copy(times, "times");
    requireNonNull(values, "values");
    double[] places = each.stream().mapToDouble(Unit::seconds).toArray();
    return sorted(requireNonNull(name, "name"), true, places, values);
  }

  private static Line sorted(String name, boolean times, double[] places, double[] values) {
    requireSame(name, "places", places.length, "values", values.length);
    for (int i = 0; i < places.length; i++) {
      if (!Double.isFinite(places[i])) {
        throw new IllegalArgumentException(
            "place " + i + " of line '" + name + "' must be finite: " + Exactly.number(places[i]));
      }
    }
    int[] order =
        IntStream.range(0, places.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> places[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    return new Line(name, times, order, taken(places, order), taken(values, order), NONE, NONE);
  }

  private static double[] taken(double[] values, int[] order) {
    return IntStream.of(order).mapToDouble(i -> values[i]).toArray();
  }

  /**
   * Returns this line with an interval around each value, drawn as a band.
   *
   * @param low the lower ends, one for each value in the order they were given; NaN for none
   * @param high the upper ends, likewise
   * @return a new line
   * @throws IllegalArgumentException if there are more ends than values or fewer, or a lower end is
   *     above the upper one
   * @throws IllegalStateException if it has an interval
   */
  public Line interval(double[] low, double[] high) {
    requireNonNull(low, "low");
    requireNonNull(high, "high");
    if (this.low.length > 0) {
      throw new IllegalStateException("line '" + name + "' has an interval already");
    }
    requireSame(name, "values", values.length, "lower ends", low.length);
    requireSame(name, "values", values.length, "upper ends", high.length);
    for (int i = 0; i < low.length; i++) {
      if (low[i] > high[i]) {
        throw new IllegalArgumentException(
            "interval "
                + i
                + " of line '"
                + name
                + "' must not end below its beginning: "
                + Exactly.number(low[i])
                + " to "
                + Exactly.number(high[i]));
      }
    }
    return new Line(name, overTimes, order, places, values, taken(low, order), taken(high, order));
  }

  private static void requireSame(String name, String some, int n, String others, int m) {
    if (n != m) {
      throw new IllegalArgumentException(
          "line '" + name + "' has " + n + " " + some + " and " + m + " " + others);
    }
  }

  String name() {
    return name;
  }

  boolean isOverTimes() {
    return overTimes;
  }

  /** The places, ascending; not copied. */
  double[] places() {
    return places;
  }

  /** The values; not copied. */
  double[] values() {
    return values;
  }

  /** The lower ends of the intervals; empty without them; not copied. */
  double[] low() {
    return low;
  }

  /** The upper ends of the intervals; empty without them; not copied. */
  double[] high() {
    return high;
  }

  @Override
  public String toString() {
    return "line '" + name + "' of " + Plural.of(values.length, "value");
  }
}
