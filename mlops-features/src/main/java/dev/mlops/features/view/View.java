package dev.mlops.features.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.error.Plural;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.TimelineLayout;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How features of an entity are made of a source's rows: {@link FeatureView} takes the latest row,
 * {@link EventView} aggregates over windows. Immutable: every method that adds returns a new view.
 */
public abstract sealed class View permits FeatureView, EventView {

  private final String name;
  private final Entity entity;
  private final EventSource source;
  private final boolean strict;

  View(String name, Entity entity, EventSource source, boolean strict) {
    this.name = Names.check("view", name);
    this.entity = Objects.requireNonNull(entity, "entity");
    this.source = source;
    this.strict = strict;
    source.requireEventTime();
  }

  /**
   * Returns the view's name, with which the names of its features begin.
   *
   * @return the name
   */
  public final String name() {
    return name;
  }

  /**
   * Returns what the features describe.
   *
   * @return the entity
   */
  public final Entity entity() {
    return entity;
  }

  /**
   * Returns whose rows the features are made of.
   *
   * @return the source
   */
  public final EventSource source() {
    return source;
  }

  /**
   * Returns the features with their types.
   *
   * @return an unmodifiable list in the order of the definition
   * @throws IllegalStateException if the definition leaves something open; the message says what
   */
  public abstract List<Field> features();

  /**
   * Returns the digest of the definition.
   *
   * @return the SHA-256 of the canonical text
   */
  public final Digest digest() {
    return Definition.of(this).digest();
  }

  /**
   * Returns which columns of the source's rows make the timelines that the features are computed
   * from.
   *
   * @return the layout
   */
  public abstract TimelineLayout layout();

  /**
   * Looks at rows that are there already, for a view that is added later.
   *
   * @param rows rows of the source
   * @throws dev.mlops.error.InvalidInputException if a column is missing, has another type, or has
   *     nulls where none may be; the message names every such column
   */
  public final void check(Dataset rows) {
    RowCheck check = new RowCheck(rows);
    require(check);
    check.throwMisfits("rows of source '" + source.name() + "' do not fit");
  }

  final boolean strict() {
    return strict;
  }

  final TimelineLayout layout(List<String> inputs, boolean numeric, BitSet integers, long reach) {
    return new TimelineLayout(
        source.requireEventTime(),
        source.knownAt(),
        source.knownAfter(),
        source.eventId(),
        entity.keys().stream().map(Field::name).toList(),
        inputs,
        numeric,
        integers,
        reach);
  }

  final void require(RowCheck check) {
    entity.keys().forEach(key -> check.require(this, key.orNull()));
    requireColumns(check);
  }

  /** Wants the columns that rows must have beside keys and times. */
  abstract void requireColumns(RowCheck check);

  /** {@code events} or {@code latest}. */
  abstract String type();

  /** Adds what distinguishes the view, a property a line. */
  abstract void describe(Map<String, String> lines);

  /** Adds what distinguishes the view, as JSON. */
  abstract void write(ObjectNode node);

  /** Makes the features computable, the first of them at a place among others. */
  abstract Evaluator evaluator(int offset);

  /** One reason for each feature. */
  abstract List<String> reasons(@Nullable EntityTimeline line, long t);

  @Override
  public final String toString() {
    return name + " of " + entity + ": " + Plural.of(features().size(), "feature");
  }
}
