package dev.mlops.report;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines over steps, numbers or times, each with its name at its end.
 *
 * <p>Built by one thread; it is drawn when it is added to a report or asked for its SVG.
 */
public final class LineChart implements Chart {
  private final String title;
  private final List<Line> lines = new ArrayList<>();
  private final List<Marker> limits = new ArrayList<>();
  private final List<Marker> marks = new ArrayList<>();
  private @Nullable String levelName;
  private @Nullable Unit levelUnit;
  private @Nullable String uprightName;
  private Unit uprightUnit = Unit.number();

  private LineChart(String title) {
    this.title = title;
  }

  /**
   * Returns a chart without lines.
   *
   * @param title what it shows
   * @return the chart
   */
  public static LineChart of(String title) {
    return new LineChart(requireNonNull(title, "title"));
  }

  /**
   * Names the level axis.
   *
   * @param name the name; {@code step} if it is not set and lines are over numbers
   * @param unit what its numbers are; times for lines over times, plain numbers otherwise
   * @return this
   * @throws IllegalStateException if it was set before
   */
  @CanIgnoreReturnValue
  public LineChart x(String name, Unit unit) {
    requireNonNull(name, "name");
    this.levelName = Once.set("x", this.levelName, name);
    this.levelUnit = requireNonNull(unit, "unit");
    return this;
  }

  /**
   * Names the upright axis.
   *
   * @param name the name; none if it is not set
   * @param unit what its numbers are, not times; plain numbers if it is not set
   * @return this
   * @throws IllegalStateException if it was set before
   * @throws IllegalArgumentException if the unit is times
   */
  @CanIgnoreReturnValue
  public LineChart y(String name, Unit unit) {
    requireNonNull(name, "name");
    requireNonNull(unit, "unit");
    if (unit.isTime()) {
      throw new IllegalArgumentException(
          "times go on the x axis; the y axis takes any other unit, such as Unit.seconds()");
    }
    this.uprightName = Once.set("y", this.uprightName, name);
    this.uprightUnit = unit;
    return this;
  }

  /**
   * Adds a line. The first 32 are shown.
   *
   * @param line the line
   * @return this
   * @throws IllegalArgumentException if it is over times and lines before it are over numbers, or
   *     the other way round
   */
  @CanIgnoreReturnValue
  public LineChart line(Line line) {
    requireNonNull(line, "line");
    if (!lines.isEmpty() && lines.get(0).isOverTimes() != line.isOverTimes()) {
      throw new IllegalArgumentException(
          "line '"
              + line.name()
              + "' is over "
              + (line.isOverTimes() ? "times" : "numbers")
              + ", and line '"
              + lines.get(0).name()
              + "' is not; draw them in two charts");
    }
    lines.add(line);
    return this;
  }

  /**
   * Adds a line with one value for each step.
   *
   * @param name the name at its end
   * @param values the values; NaN for a gap
   * @return this
   * @throws IllegalArgumentException if lines before it are over times
   */
  @CanIgnoreReturnValue
  public LineChart line(String name, double... values) {
    requireNonNull(values, "values");
    return line(Line.of(name, values));
  }

  /**
   * Draws a dashed line across.
   *
   * @param name what it means; the value is written behind it
   * @param value where it is, finite
   * @return this
   * @throws IllegalArgumentException if the value is not finite
   */
  @CanIgnoreReturnValue
  public LineChart limit(String name, double value) {
    limits.add(marker("limit", name, value));
    return this;
  }

  /**
   * Marks a place on the level axis. The first 40 are shown.
   *
   * @param place the place, finite
   * @param name what happened there
   * @return this
   * @throws IllegalArgumentException if the place is not finite
   */
  @CanIgnoreReturnValue
  public LineChart mark(double place, String name) {
    marks.add(marker("mark", name, place));
    return this;
  }

  /**
   * Marks a time on the level axis of a chart whose lines are over times. The first 40 are shown.
   *
   * @param time the time
   * @param name what happened then
   * @return this
   */
  @CanIgnoreReturnValue
  public LineChart mark(Instant time, String name) {
    requireNonNull(time, "time");
    return mark(Unit.seconds(time), name);
  }

  static Marker marker(String kind, String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          kind + " '" + name + "' must be finite: " + Exactly.number(value));
    }
    return new Marker(requireNonNull(name, "name"), value);
  }

  @Override
  public String svg() {
    return Drawing.alone(this);
  }

  Drawing draw(Frame frame) {
    return new LinePlot(this, frame).draw();
  }

  String title() {
    return title;
  }

  String levelName() {
    return levelName != null ? levelName : levelUnit().isTime() ? "" : "step";
  }

  Unit levelUnit() {
    boolean times = !lines.isEmpty() && lines.get(0).isOverTimes();
    return levelUnit != null ? levelUnit : times ? Unit.time() : Unit.number();
  }

  String uprightLabel() {
    return uprightUnit.label(uprightName == null ? "" : uprightName);
  }

  Unit uprightUnit() {
    return uprightUnit;
  }

  List<Line> lines() {
    return lines;
  }

  List<Marker> limits() {
    return limits;
  }

  List<Marker> marks() {
    return marks;
  }

  @Override
  public String toString() {
    return "line chart '" + title + "' of " + lines;
  }
}
