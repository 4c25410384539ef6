package dev.mlops.features.view;

import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.TimelineLayout;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How features of an entity are made of ingested rows: {@link FeatureView} takes the latest row,
 * {@link EventView} aggregates over windows. Immutable.
 */
public abstract sealed class View permits FeatureView, EventView {

  private final String name;
  private final Entity entity;
  private final Timing timing;

  View(String name, Entity entity, Timing timing) {
    this.name = name;
    this.entity = Objects.requireNonNull(entity, "entity");
    this.timing = timing;
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
   * Returns the features with their types.
   *
   * @return an unmodifiable list in the order of the definition
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
   * Returns which columns of ingested rows make the timelines that the features are computed from.
   *
   * @return the layout
   */
  public abstract TimelineLayout layout();

  /**
   * Returns the columns of some rows that the view reads.
   *
   * @param rows rows to be ingested
   * @return the view's columns alone
   * @throws dev.mlops.error.InvalidInputException if a column is missing, has another type, or has
   *     nulls where none may be; the message names every such column
   */
  public final Dataset check(Dataset rows) {
    return ViewSchema.of(this).check(rows);
  }

  final Timing timing() {
    return timing;
  }

  /** Adds the columns that rows must have beside keys and times. */
  abstract void addColumns(ViewSchema schema);

  /** {@code events} or {@code latest}. */
  abstract String type();

  /** Adds what distinguishes the view, a property a line. */
  abstract void describe(Map<String, String> lines);

  /** Makes the features computable, the first of them at a place among others. */
  abstract Evaluator evaluator(int offset);

  /** One reason for each feature. */
  abstract List<String> reasons(@Nullable EntityTimeline line, long t);

  @Override
  public final String toString() {
    return name + " of " + entity + ": " + features().size() + " features";
  }
}
