package dev.mlops.features.view;

import dev.mlops.data.Field;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.TimelineLayout;
import java.time.Duration;
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
 * <= t} (with {@link Builder#strictlyBefore()}: {@code t - W <= eventTime < t}) that were known at
 * {@code t}. Null inputs are skipped by every aggregate but the count; a NaN input makes a NaN
 * result. Sums are exact and rounded once to a double, so they do not depend on any order.
 *
 * <p>Every aggregate but the count is a FLOAT64, which holds whole numbers up to
 * 9,007,199,254,740,992 (2^53) exactly; an INT64 column with a value beyond that is refused at
 * ingestion, unless it is declared with {@link Builder#integers}.
 *
 * <p>Immutable.
 */
public final class EventView extends View {

  private final List<Measure> measures;
  private final List<Field> features;

  private EventView(Builder builder, List<Measure> measures) {
    super(builder.name, builder.entity, builder.timing.build(builder.name));
    this.measures = List.copyOf(measures);
    this.features = measures.stream().map(measure -> measure.field(builder.name)).toList();
    Names.checkDistinct("feature", features.stream().map(Field::name).toList());
  }

  /**
   * Starts the definition of a view.
   *
   * @param name the view's name: letters, digits, {@code _} and {@code -}
   * @param entity what the events happen to
   * @return an empty definition
   * @throws IllegalArgumentException if the name has other characters
   */
  public static Builder builder(String name, Entity entity) {
    return new Builder(name, entity);
  }

  @Override
  public List<Field> features() {
    return features;
  }

  @Override
  public TimelineLayout layout() {
    List<String> inputs = inputs();
    BitSet integers = new BitSet();
    for (Measure measure : measures) {
      if (measure.integer()) {
        integers.set(inputs.indexOf(measure.column()));
      }
    }
    return timing().layout(entity(), inputs, true, integers);
  }

  List<Measure> measures() {
    return measures;
  }

  /** The columns that the aggregates take, each once. */
  List<String> inputs() {
    List<String> inputs = new ArrayList<>();
    for (Measure measure : measures) {
      if (measure.column() != null && !inputs.contains(measure.column())) {
        inputs.add(measure.column());
      }
    }
    return inputs;
  }

  @Override
  String type() {
    return "events";
  }

  @Override
  void addColumns(ViewSchema schema) {
    measures.forEach(schema::add);
  }

  @Override
  void describe(Map<String, String> lines) {
    for (int i = 0; i < measures.size(); i++) {
      lines.put("feature " + features.get(i).name(), measures.get(i).text());
    }
  }

  @Override
  Evaluator evaluator(int offset) {
    return new WindowEvaluator(this, offset);
  }

  @Override
  List<String> reasons(@Nullable EntityTimeline line, long t) {
    Reasons reasons = new Reasons(line, timing(), t);
    return measures.stream().map(measure -> reasons.window(measure.window().length())).toList();
  }

  /** A definition being written; not thread-safe. */
  public static final class Builder {

    private final String name;
    private final Entity entity;
    private final Timing.Draft timing = new Timing.Draft();
    private final List<Wanted> wanted = new ArrayList<>();
    private final Set<String> integers = new LinkedHashSet<>();
    private @Nullable List<Window> windows;

    private Builder(String name, Entity entity) {
      this.name = Names.check("view", name);
      this.entity = Objects.requireNonNull(entity, "entity");
    }

    /**
     * Names the column with the time at which the event happened. Required.
     *
     * @param column an INSTANT column without nulls
     * @return this builder
     * @throws IllegalStateException if it is already set
     */
    public Builder eventTime(String column) {
      timing.eventTime(column);
      return this;
    }

    /**
     * Names the column with the time from which the event was known. The default is the time of
     * ingestion by the workspace's clock.
     *
     * @param column an INSTANT column without nulls
     * @return this builder
     * @throws IllegalStateException if {@code knownAt} or {@code knownAfter} is already set
     */
    public Builder knownAt(String column) {
      timing.knownAt(column);
      return this;
    }

    /**
     * States that every event is known a fixed time after it happened.
     *
     * @param delay zero or longer
     * @return this builder
     * @throws IllegalStateException if {@code knownAt} or {@code knownAfter} is already set
     */
    public Builder knownAfter(Duration delay) {
      timing.knownAfter(delay);
      return this;
    }

    /**
     * Leaves out events at the asked instant itself: windows are {@code [t - W, t)}. The default is
     * {@code (t - W, t]}.
     *
     * @return this builder
     */
    public Builder strictlyBefore() {
      timing.strictlyBefore();
      return this;
    }

    /**
     * Sets the windows of every aggregate that names none of its own.
     *
     * @param windows at least one
     * @return this builder
     * @throws IllegalStateException if they are already set
     */
    public Builder over(Window... windows) {
      Timing.Draft.once("over", this.windows);
      this.windows = List.of(windows);
      return this;
    }

    /**
     * Declares columns of type INT64 whose every digit counts, such as identifiers or amounts in
     * the smallest unit. Their min, max and last are INT64 features; sums, means and standard
     * deviations are computed exactly and rounded once to a double.
     *
     * @param columns INT64 columns that an aggregate of this view takes
     * @return this
     */
    public Builder integers(String... columns) {
      integers.addAll(List.of(columns));
      return this;
    }

    /**
     * Counts the events; {@code 0} in an empty window.
     *
     * @param windows the windows; none means those of {@link #over}
     * @return this builder
     */
    public Builder count(Window... windows) {
      return add(Aggregate.COUNT, null, windows);
    }

    /**
     * Sums a numeric column; {@code 0} in an empty window.
     *
     * @param column an INT64, FLOAT32 or FLOAT64 column
     * @param windows the windows; none means those of {@link #over}
     * @return this builder
     */
    public Builder sum(String column, Window... windows) {
      return add(Aggregate.SUM, column, windows);
    }

    /**
     * Averages a numeric column: the exact sum, rounded, divided by the number of values.
     *
     * @param column an INT64, FLOAT32 or FLOAT64 column
     * @param windows the windows; none means those of {@link #over}
     * @return this builder
     */
    public Builder mean(String column, Window... windows) {
      return add(Aggregate.MEAN, column, windows);
    }

    /**
     * Computes the share of true values, in {@code [0, 1]}.
     *
     * @param column a BOOLEAN column
     * @param windows the windows; none means those of {@link #over}
     * @return this builder
     */
    public Builder share(String column, Window... windows) {
      return add(Aggregate.SHARE, column, windows);
    }

    /**
     * Finds the smallest value, {@code -0.0} being smaller than {@code 0.0}.
     *
     * @param column an INT64, FLOAT32 or FLOAT64 column
     * @param windows the windows; none means those of {@link #over}
     * @return this builder
     */
    public Builder min(String column, Window... windows) {
      return add(Aggregate.MIN, column, windows);
    }

    /**
     * Finds the greatest value, {@code 0.0} being greater than {@code -0.0}.
     *
     * @param column an INT64, FLOAT32 or FLOAT64 column
     * @param windows the windows; none means those of {@link #over}
     * @return this builder
     */
    public Builder max(String column, Window... windows) {
      return add(Aggregate.MAX, column, windows);
    }

    /**
     * Takes the value of the last event that has one.
     *
     * @param column an INT64, FLOAT32 or FLOAT64 column
     * @param windows the windows; none means those of {@link #over}
     * @return this builder
     */
    public Builder last(String column, Window... windows) {
      return add(Aggregate.LAST, column, windows);
    }

    /**
     * Computes the sample standard deviation (divisor {@code n - 1}); null below two values.
     *
     * @param column an INT64, FLOAT32 or FLOAT64 column
     * @param windows the windows; none means those of {@link #over}
     * @return this builder
     */
    public Builder std(String column, Window... windows) {
      return add(Aggregate.STD, column, windows);
    }

    /**
     * Finishes the definition.
     *
     * @return the view
     * @throws IllegalStateException if there is no event time, no aggregate, or an aggregate
     *     without a window
     * @throws IllegalArgumentException if two features have one name
     */
    public EventView build() {
      if (wanted.isEmpty()) {
        throw new IllegalStateException(
            "view '" + name + "' has no aggregate; add count(), mean(column), ...");
      }
      checkIntegers();
      List<Measure> measures = new ArrayList<>();
      wanted.forEach(want -> measures.addAll(measures(want)));
      return new EventView(this, measures);
    }

    private Builder add(Aggregate aggregate, @Nullable String column, Window... own) {
      if (aggregate != Aggregate.COUNT) {
        Objects.requireNonNull(column, "column");
      }
      wanted.add(new Wanted(aggregate, column, List.of(own)));
      return this;
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
                  + name
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
      if (windows == null || windows.isEmpty()) {
        throw new IllegalStateException(
            "view '"
                + name
                + "' has no window for "
                + want.aggregate.label()
                + "; state the windows with over(...)");
      }
      return windows;
    }
  }

  private record Wanted(Aggregate aggregate, @Nullable String column, List<Window> windows) {}
}
