package dev.mlops.report;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bar for each name, in the order they are added, with the value behind it.
 *
 * <p>Built by one thread; it is drawn when it is added to a report or asked for its SVG.
 */
public final class BarChart implements Chart {
  /** A bar; its interval is NaN if it has none. */
  record Bar(String name, double value, double low, double high) {
    boolean hasInterval() {
      return Double.isFinite(low) && Double.isFinite(high);
    }
  }

  private final String title;
  private final List<Bar> bars = new ArrayList<>();
  private final List<Marker> limits = new ArrayList<>();
  private @Nullable String name;
  private Unit unit = Unit.number();

  private BarChart(String title) {
    this.title = title;
  }

  /**
   * Returns a chart without bars.
   *
   * @param title what it shows
   * @return the chart
   */
  public static BarChart of(String title) {
    return new BarChart(requireNonNull(title, "title"));
  }

  /**
   * Names the values.
   *
   * @param name what the length of a bar is
   * @param unit its unit, not times; plain numbers if it is not set
   * @return this
   * @throws IllegalStateException if it was set before
   * @throws IllegalArgumentException if the unit is times
   */
  @CanIgnoreReturnValue
  public BarChart unit(String name, Unit unit) {
    requireNonNull(name, "name");
    requireNonNull(unit, "unit");
    if (unit.isTime()) {
      throw new IllegalArgumentException("bars have no times; draw a line chart over times");
    }
    this.name = Once.set("unit", this.name, name);
    this.unit = unit;
    return this;
  }

  /**
   * Adds a bar. The first 200 are shown.
   *
   * @param name its name
   * @param value its length; NaN is written as missing
   * @return this
   */
  @CanIgnoreReturnValue
  public BarChart bar(String name, double value) {
    bars.add(new Bar(requireNonNull(name, "name"), value, Double.NaN, Double.NaN));
    return this;
  }

  /**
   * Adds a bar with an interval around its value. The first 200 are shown.
   *
   * @param name its name
   * @param value its length; NaN is written as missing
   * @param low the lower end of the interval; NaN for none
   * @param high the upper end of the interval; NaN for none
   * @return this
   * @throws IllegalArgumentException if the lower end is above the upper one
   */
  @CanIgnoreReturnValue
  public BarChart bar(String name, double value, double low, double high) {
    if (low > high) {
      throw new IllegalArgumentException(
          "the interval of bar '"
              + name
              + "' must not end below its beginning: "
              + Exactly.number(low)
              + " to "
              + Exactly.number(high));
    }
    bars.add(new Bar(requireNonNull(name, "name"), value, low, high));
    return this;
  }

  /**
   * Draws a dashed line through all bars.
   *
   * @param name what it means; the value is written behind it
   * @param value where it is, finite
   * @return this
   * @throws IllegalArgumentException if the value is not finite
   */
  @CanIgnoreReturnValue
  public BarChart limit(String name, double value) {
    limits.add(LineChart.marker("limit", name, value));
    return this;
  }

  @Override
  public String svg() {
    return Drawing.alone(this);
  }

  Drawing draw(Frame frame) {
    return new BarPlot(this, frame).draw();
  }

  String title() {
    return title;
  }

  String name() {
    return name == null ? "" : name;
  }

  Unit unit() {
    return unit;
  }

  List<Bar> bars() {
    return bars;
  }

  List<Marker> limits() {
    return limits;
  }

  @Override
  public String toString() {
    return "bar chart '" + title + "' of " + Plural.of(bars.size(), "bar");
  }
}
