package dev.mlops.features.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.data.Field;
import dev.mlops.error.Once;
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
 * The latest values of an entity.
 *
 * <p>At time {@code t} the whole latest row counts, nulls included: of the rows with {@code
 * eventTime <= t} (with {@link #strictlyBefore()}: {@code < t}) that were known at {@code t} and
 * are no older than the {@link #ttl}, the last by event time, then knowledge time, then order of
 * ingestion.
 *
 * <p>Immutable: every method that adds returns a new view.
 */
public final class FeatureView extends View {

  private final List<Field> columns;
  private final @Nullable Object age;

  private FeatureView(
      String name,
      Entity entity,
      EventSource source,
      boolean strict,
      List<Field> columns,
      @Nullable Object age) {
    super(name, entity, source, strict);
    this.columns = columns;
    this.age = age;
  }

  /**
   * Starts the definition of a view, which needs features and either {@link #ttl} or {@link
   * #noTtl}.
   *
   * @param name the view's name: letters, digits, {@code _} and {@code -}
   * @param entity what the values describe
   * @param source whose rows have the values
   * @return the view
   * @throws IllegalArgumentException if the name has other characters
   * @throws IllegalStateException if the source has no event time
   */
  public static FeatureView of(String name, Entity entity, EventSource source) {
    return new FeatureView(name, entity, source, false, List.of(), null);
  }

  /**
   * Leaves out rows at the asked instant itself.
   *
   * @return a view that does
   */
  public FeatureView strictlyBefore() {
    return new FeatureView(name(), entity(), source(), true, columns, age);
  }

  /**
   * Adds columns as features.
   *
   * @param columns names and types; a column without nulls refuses them at ingestion
   * @return a view that has them too
   */
  public FeatureView features(Field... columns) {
    List<Field> more = new ArrayList<>(this.columns);
    more.addAll(List.of(columns));
    return new FeatureView(name(), entity(), source(), strict(), List.copyOf(more), age);
  }

  /**
   * Lets values expire: a row counts at {@code t} if {@code t - eventTime <= age}.
   *
   * @param age positive, whole microseconds
   * @return a view whose values expire
   * @throws IllegalStateException if {@code ttl} or {@code noTtl} is already set
   */
  public FeatureView ttl(Duration age) {
    Spans.checkSpan("ttl", age);
    return aged(age);
  }

  /**
   * Lets values count however old they are.
   *
   * @return a view whose values do not expire
   * @throws IllegalStateException if {@code ttl} or {@code noTtl} is already set
   */
  public FeatureView noTtl() {
    return aged("noTtl");
  }

  private FeatureView aged(Object wanted) {
    Once.refuse("ttl", age);
    return new FeatureView(name(), entity(), source(), strict(), columns, wanted);
  }

  @Override
  public List<Field> features() {
    if (columns.isEmpty()) {
      throw new IllegalStateException(
          "view '" + name() + "' has no feature; add columns with features(...)");
    }
    if (age == null) {
      throw new IllegalStateException(
          "view '" + name() + "' does not say how old a row may be; add ttl(duration) or noTtl()");
    }
    List<Field> features =
        columns.stream()
            .map(column -> Field.of(name() + "_" + column.name(), column.dataType()).orNull())
            .toList();
    Names.checkDistinct("feature", features.stream().map(Field::name).toList());
    return features;
  }

  @Override
  public TimelineLayout layout() {
    Duration limit = ttl();
    return layout(
        columns.stream().map(Field::name).toList(),
        false,
        new BitSet(),
        limit == null ? Long.MAX_VALUE : Spans.of(limit));
  }

  /** The features' columns in ingested rows, in order. */
  List<Field> columns() {
    return columns;
  }

  @Nullable Duration ttl() {
    return age instanceof Duration limit ? limit : null;
  }

  @Override
  void requireColumns(RowCheck check) {
    columns.forEach(column -> check.require(this, column));
  }

  @Override
  String type() {
    return "latest";
  }

  @Override
  void describe(Map<String, String> lines) {
    lines.put("ttl", Objects.requireNonNullElse((Object) ttl(), "none").toString());
    for (Field column : columns) {
      lines.put("feature " + name() + "_" + column.name(), "column " + column);
    }
  }

  @Override
  void write(ObjectNode node) {
    Duration limit = ttl();
    node.set("columns", DefinitionJson.fields(columns));
    node.put("ttl", limit == null ? null : limit.toString());
  }

  @Override
  Evaluator evaluator(int offset) {
    return new LatestEvaluator(this, offset);
  }

  @Override
  List<String> reasons(@Nullable EntityTimeline line, long t) {
    String reason = new Reasons(line, strict(), t).latest(ttl());
    return Collections.nCopies(columns.size(), reason);
  }
}
