package dev.mlops.features.view;

import dev.mlops.data.Column;
import dev.mlops.features.timeline.EntityNumbers;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.EventRows;
import dev.mlops.features.timeline.Grouping;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The timelines that label rows are about, one per view, each looked up once. */
final class LabelLines {

  private final int rows;

  /** The entity of each row, by view. */
  private final int[][] entities;

  /** The timeline of each entity, by view; null where there is none. */
  private final @Nullable EntityTimeline[][] lines;

  LabelLines(
      ServicePlan plan, LabelRows labels, Function<View, ? extends Iterable<EventRows>> events) {
    this.rows = labels.size();
    this.entities = new int[plan.service().views().size()][];
    this.lines = new @Nullable EntityTimeline[entities.length][];
    for (int view = 0; view < entities.length; view++) {
      EntityNumbers numbers = new EntityNumbers();
      Column[] keys = labels.columns(plan.keys(view));
      entities[view] = numbers.of(keys, rows);
      lines[view] = lines(plan.service().views().get(view), events, numbers);
    }
  }

  private static @Nullable EntityTimeline[] lines(
      View view, Function<View, ? extends Iterable<EventRows>> events, EntityNumbers numbers) {
    // Rows of entities that no label is about are left out.
    numbers.complete();
    Grouping grouping = new Grouping(view.layout(), numbers);
    events.apply(view).forEach(grouping::add);
    @Nullable EntityTimeline[] found = new @Nullable EntityTimeline[numbers.size()];
    grouping.forEach((entity, line) -> found[entity] = line);
    return found;
  }

  /** Room for the timelines of a row. */
  @Nullable EntityTimeline[] none() {
    return new @Nullable EntityTimeline[lines.length];
  }

  /** Writes the timelines of a row, one per view. */
  void get(int row, @Nullable EntityTimeline[] into) {
    for (int view = 0; view < into.length; view++) {
      int entity = entities[view][row];
      into[view] = entity == EntityNumbers.NOBODY ? null : lines[view][entity];
    }
  }

  /**
   * Returns all rows, those of one entity of the first view side by side: what is read for one of
   * them is at hand for the next.
   */
  int[] order() {
    int[] order = new int[rows];
    int[] ends = new int[entities.length == 0 ? 2 : lines[0].length + 2];
    for (int row = 0; row < rows; row++) {
      ends[group(row) + 1]++;
    }
    for (int i = 1; i < ends.length; i++) {
      ends[i] += ends[i - 1];
    }
    for (int row = 0; row < rows; row++) {
      order[ends[group(row)]++] = row;
    }
    return order;
  }

  /** Whether two rows are of one entity of the first view. */
  boolean isSame(int row, int other) {
    return group(row) == group(other);
  }

  /** Lets go of the timeline of a row's entity in the first view, with the sums it has made. */
  void release(int row) {
    if (entities.length > 0 && entities[0][row] != EntityNumbers.NOBODY) {
      lines[0][entities[0][row]] = null;
    }
  }

  /** Rows that belong to nobody come first. */
  private int group(int row) {
    return entities.length == 0 ? 0 : entities[0][row] - EntityNumbers.NOBODY;
  }
}
