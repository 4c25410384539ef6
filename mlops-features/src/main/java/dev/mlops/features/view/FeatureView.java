package dev.mlops.features.view;

import dev.mlops.data.Field;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.Spans;
import dev.mlops.features.timeline.TimelineLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The latest row of an entity, no older than a stated age.
 *
 * <p>At time {@code t} the row is the last, by event time, then knowledge time, then order of
 * ingestion, of those with {@code eventTime <= t} (with {@link Builder#strictlyBefore()}: {@code
 * eventTime < t}) that were known at {@code t}. The whole row is used: a null in it is a null. It
 * is expired if {@code t - eventTime > ttl}.
 *
 * <p>Immutable.
 */
public final class FeatureView extends View {

  private final List<Field> columns;
  private final List<Field> features;
  private final @Nullable Duration ttl;

  private FeatureView(Builder builder) {
    super(builder.name, builder.entity, builder.timing.build(builder.name));
    this.columns = List.copyOf(builder.columns);
    this.features =
        columns.stream()
            .map(column -> Field.of(builder.name + "_" + column.name(), column.type()).orNull())
            .toList();
    this.ttl = builder.ttl;
    Names.checkDistinct("feature", features.stream().map(Field::name).toList());
  }

  /**
   * Starts the definition of a view.
   *
   * @param name the view's name: letters, digits, {@code _} and {@code -}
   * @param entity what the rows describe
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
    List<String> inputs = columns.stream().map(Field::name).toList();
    return timing().layout(entity(), inputs, false, new BitSet());
  }

  @Override
  String type() {
    return "latest";
  }

  @Override
  void addColumns(ViewSchema schema) {
    columns.forEach(schema::add);
  }

  @Override
  void describe(Map<String, String> lines) {
    lines.put("ttl", ttl == null ? "none" : ttl.toString());
    for (Field column : columns) {
      lines.put("feature " + name() + "_" + column.name(), "column " + column);
    }
  }

  @Override
  Evaluator evaluator(int offset) {
    return new LatestEvaluator(this, offset);
  }

  @Override
  List<String> reasons(@Nullable EntityTimeline line, long t) {
    String reason = new Reasons(line, timing(), t).latest(ttl);
    return Collections.nCopies(features.size(), reason);
  }

  /** The features' columns in ingested rows, in order. */
  List<Field> columns() {
    return columns;
  }

  @Nullable Duration ttl() {
    return ttl;
  }

  /** A definition being written; not thread-safe. */
  public static final class Builder {

    private final String name;
    private final Entity entity;
    private final Timing.Draft timing = new Timing.Draft();
    private final List<Field> columns = new ArrayList<>();
    private @Nullable Object age;
    private @Nullable Duration ttl;

    private Builder(String name, Entity entity) {
      this.name = Names.check("view", name);
      this.entity = Objects.requireNonNull(entity, "entity");
    }

    /**
     * Names the column with the time from which the row describes the entity. Required.
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
     * Names the column with the time from which the row was known. The default is the time of
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
     * States that every row is known a fixed time after its event time.
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
     * Leaves out rows at the asked instant itself. By default they count.
     *
     * @return this builder
     */
    public Builder strictlyBefore() {
      timing.strictlyBefore();
      return this;
    }

    /**
     * Adds features: columns of the ingested rows.
     *
     * @param columns names, types and whether nulls are allowed
     * @return this builder
     */
    public Builder features(Field... columns) {
      this.columns.addAll(List.of(columns));
      return this;
    }

    /**
     * Sets the age up to which, inclusive, a row is used. Either this or {@link #noTtl()} is
     * required.
     *
     * @param age positive, at most 100,000 days
     * @return this builder
     * @throws IllegalStateException if {@code ttl} or {@code noTtl} is already set
     */
    public Builder ttl(Duration age) {
      Objects.requireNonNull(age, "age");
      Spans.checkSpan("ttl", age);
      Timing.Draft.once("ttl", this.age);
      this.age = age;
      this.ttl = age;
      return this;
    }

    /**
     * States that rows never expire.
     *
     * @return this builder
     * @throws IllegalStateException if {@code ttl} or {@code noTtl} is already set
     */
    public Builder noTtl() {
      Timing.Draft.once("ttl", this.age);
      this.age = "noTtl";
      return this;
    }

    /**
     * Finishes the definition.
     *
     * @return the view
     * @throws IllegalStateException if there is no event time, no feature, or no word on the age
     * @throws IllegalArgumentException if two features have one name
     */
    public FeatureView build() {
      if (columns.isEmpty()) {
        throw new IllegalStateException(
            "view '" + name + "' has no feature; add columns with features(...)");
      }
      if (age == null) {
        throw new IllegalStateException(
            "view '" + name + "' does not say how old a row may be; add ttl(duration) or noTtl()");
      }
      return new FeatureView(this);
    }
  }
}
