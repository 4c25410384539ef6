package dev.mlops.features.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.data.Field;
import dev.mlops.error.Once;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.Spans;
import dev.mlops.features.timeline.TimelineLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates of an entity's events over windows of time.
 *
 * <p>At time {@code t} a window of length {@code W} holds the events with {@code t - W < eventTime
 * <= t} (with {@link #strictlyBefore()}: {@code t - W <= eventTime < t}) that were known at {@code
 * t}. Null inputs are skipped by every aggregate but the count; a NaN input makes a NaN result.
 * Sums are exact and rounded once to a double, so they do not depend on any order.
 *
 * <p>Every aggregate but the count is a FLOAT64, which holds whole numbers up to
 * 9,007,199,254,740,992 (2^53) exactly; an INT64 column with a value beyond that is refused at
 * ingestion, unless it is declared with {@link #integers}.
 *
 * <p>Immutable: every method that adds returns a new view.
 */
public final class EventView extends View {

  private record Wanted(Aggregate aggregate, @Nullable String column, List<Window> windows) {}

  private final List<Wanted> wanted;
  private final Set<String> integers;
  private final List<Window> windows;

  private EventView(
      String name,
      Entity entity,
      EventSource source,
      boolean strict,
      List<Wanted> wanted,
      Set<String> integers,
      List<Window> windows) {
    super(name, entity, source, strict);
    this.wanted = wanted;
    this.integers = integers;
    this.windows = windows;
  }

  /**
   * Starts the definition of a view, which needs at least one aggregate.
   *
   * @param name the view's name: letters, digits, {@code _} and {@code -}
   * @param entity what the events happen to
   * @param source whose rows are the events
   * @return the view
   * @throws IllegalArgumentException if the name has other characters
   * @throws IllegalStateException if the source has no event time
   */
  public static EventView of(String name, Entity entity, EventSource source) {
    return new EventView(name, entity, source, false, List.of(), Set.of(), List.of());
  }

  /**
   * Leaves out events at the asked instant itself: windows are {@code [t - W, t)}. The default is
   * {@code (t - W, t]}.
   *
   * @return a view that does
   */
  public EventView strictlyBefore() {
    return new EventView(name(), entity(), source(), true, wanted, integers, windows);
  }

  /**
   * Sets the windows of every aggregate that states none itself.
   *
   * @param windows at least one
   * @return a view that has them
   * @throws IllegalStateException if they are already set
   */
  public EventView over(Window... windows) {
    Once.refuse("over", this.windows.isEmpty() ? null : this.windows);
    return new EventView(name(), entity(), source(), strict(), wanted, integers, List.of(windows));
  }

  /**
   * Declares that columns are INT64, so that no digit is lost: {@code min}, {@code max} and {@code
   * last} of them are INT64 too, and sums, means and standard deviations are computed without loss
   * and rounded once.
   *
   * @param columns INT64 columns that an aggregate takes
   * @return a view that has them
   */
  public EventView integers(String... columns) {
    Set<String> more = new LinkedHashSet<>(integers);
    more.addAll(List.of(columns));
    return new EventView(name(), entity(), source(), strict(), wanted, more, windows);
  }

  /**
   * Counts the events; {@code 0} where the entity is known and none lies in the window.
   *
   * @param windows those of this aggregate; {@link #over} if none
   * @return a view with one more feature for each window, an INT64
   */
  public EventView count(Window... windows) {
    return with(Aggregate.COUNT, null, windows);
  }

  /**
   * Adds up a column; {@code 0} where the entity is known and no value lies in the window.
   *
   * @param column a numeric column
   * @param windows those of this aggregate; {@link #over} if none
   * @return a view with one more feature for each window
   */
  public EventView sum(String column, Window... windows) {
    return with(Aggregate.SUM, column, windows);
  }

  /**
   * Takes the mean of a column; null where no value lies in the window.
   *
   * @param column a numeric column
   * @param windows those of this aggregate; {@link #over} if none
   * @return a view with one more feature for each window
   */
  public EventView mean(String column, Window... windows) {
    return with(Aggregate.MEAN, column, windows);
  }

  /**
   * Takes the share of true in a column; null where no value lies in the window.
   *
   * @param column a BOOLEAN column
   * @param windows those of this aggregate; {@link #over} if none
   * @return a view with one more feature for each window
   */
  public EventView share(String column, Window... windows) {
    return with(Aggregate.SHARE, column, windows);
  }

  /**
   * Takes the smallest value of a column; null where no value lies in the window.
   *
   * @param column a numeric column
   * @param windows those of this aggregate; {@link #over} if none
   * @return a view with one more feature for each window
   */
  public EventView min(String column, Window... windows) {
    return with(Aggregate.MIN, column, windows);
  }

  /**
   * Takes the greatest value of a column; null where no value lies in the window.
   *
   * @param column a numeric column
   * @param windows those of this aggregate; {@link #over} if none
   * @return a view with one more feature for each window
   */
  public EventView max(String column, Window... windows) {
    return with(Aggregate.MAX, column, windows);
  }

  /**
   * Takes the last value of a column that is not null; null where no value lies in the window.
   *
   * @param column a numeric column
   * @param windows those of this aggregate; {@link #over} if none
   * @return a view with one more feature for each window
   */
  public EventView last(String column, Window... windows) {
    return with(Aggregate.LAST, column, windows);
  }

  /**
   * Takes the sample standard deviation of a column; null where fewer than two values lie in the
   * window.
   *
   * @param column a numeric column
   * @param windows those of this aggregate; {@link #over} if none
   * @return a view with one more feature for each window
   */
  public EventView std(String column, Window... windows) {
    return with(Aggregate.STD, column, windows);
  }

  EventView with(Aggregate aggregate, @Nullable String column, Window... own) {
    if (aggregate != Aggregate.COUNT) {
      Objects.requireNonNull(column, "column");
    }
    List<Wanted> more = new ArrayList<>(wanted);
    more.add(new Wanted(aggregate, column, List.of(own)));
    return new EventView(name(), entity(), source(), strict(), more, integers, windows);
  }

  @Override
  public List<Field> features() {
    List<Field> features = measures().stream().map(measure -> measure.field(name())).toList();
    Names.checkDistinct("feature", features.stream().map(Field::name).toList());
    return features;
  }

  @Override
  public TimelineLayout layout() {
    List<String> inputs = inputs();
    BitSet whole = new BitSet();
    integers.forEach(column -> whole.set(inputs.indexOf(column)));
    long widest =
        measures().stream()
            .mapToLong(measure -> Spans.of(measure.window().length()))
            .max()
            .orElseThrow();
    return layout(inputs, true, whole, widest);
  }

  List<Measure> measures() {
    if (wanted.isEmpty()) {
      throw new IllegalStateException(
          "view '" + name() + "' has no aggregate; add count(), mean(column), ...");
    }
    checkIntegers();
    return wanted.stream().flatMap(want -> measures(want).stream()).toList();
  }

  /** The columns that the aggregates take, each once. */
  List<String> inputs() {
    return measures().stream().map(Measure::column).filter(Objects::nonNull).distinct().toList();
  }

  @Override
  void requireColumns(RowCheck check) {
    measures().forEach(measure -> check.require(this, measure));
  }

  @Override
  String type() {
    return "events";
  }

  @Override
  void describe(Map<String, String> lines) {
    for (Measure measure : measures()) {
      lines.put("feature " + measure.field(name()).name(), measure.text());
    }
  }

  @Override
  void write(ObjectNode node) {
    ArrayNode list = node.putArray("measures");
    measures().forEach(measure -> DefinitionJson.put(list.addObject(), measure));
  }

  @Override
  Evaluator evaluator(int offset) {
    return new WindowEvaluator(this, offset);
  }

  @Override
  List<String> reasons(@Nullable EntityTimeline line, long t) {
    Reasons reasons = new Reasons(line, strict(), t);
    return measures().stream().map(measure -> reasons.window(measure.window().length())).toList();
  }

  private List<Measure> measures(Wanted want) {
    boolean integer = want.column != null && integers.contains(want.column);
    return windowsOf(want).stream()
        .map(window -> new Measure(want.aggregate, want.column, window, integer))
        .toList();
  }

  private void checkIntegers() {
    for (String column : integers) {
      List<Aggregate> takers =
          wanted.stream()
              .filter(want -> column.equals(want.column))
              .map(want -> want.aggregate)
              .toList();
      if (takers.isEmpty() || takers.contains(Aggregate.SHARE)) {
        throw new IllegalStateException(
            "view '"
                + name()
                + "' declares column '"
                + column
                + "' as INT64, but "
                + (takers.isEmpty() ? "no aggregate takes it" : "share(...) takes a BOOLEAN"));
      }
    }
  }

  private List<Window> windowsOf(Wanted want) {
    if (!want.windows.isEmpty()) {
      return want.windows;
    }
    if (windows.isEmpty()) {
      throw new IllegalStateException(
          "view '"
              + name()
              + "' has no window for "
              + want.aggregate.label()
              + "; state the windows with over(...)");
    }
    return windows;
  }
}
