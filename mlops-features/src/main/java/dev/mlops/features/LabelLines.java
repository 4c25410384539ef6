package dev.mlops.features;

import dev.mlops.data.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The timelines that label rows are about, one a view, each looked up once. */
final class LabelLines {

  private final int rows;

  /** The entity of each row, by view. */
  private final int[][] entities;

  /** The timeline of each entity, by view; null where there is none. */
  private final @Nullable Timeline[][] lines;

  LabelLines(ServicePlan plan, LabelRows labels, List<History> histories) {
    this.rows = labels.size();
    this.entities = new int[histories.size()][];
    this.lines = new @Nullable Timeline[histories.size()][];
    for (int view = 0; view < entities.length; view++) {
      EntityNumbers numbers = new EntityNumbers();
      Column[] keys = labels.columns(plan.keys(view));
      entities[view] = numbers.of(keys, rows);
      lines[view] = find(histories.get(view), numbers);
    }
  }

  private static @Nullable Timeline[] find(History history, EntityNumbers numbers) {
    @Nullable Timeline[] found = new @Nullable Timeline[numbers.size()];
    for (int entity = 0; entity < found.length; entity++) {
      found[entity] = history.find(numbers.key(entity));
    }
    return found;
  }

  /** Writes the timelines of a row, one a view. */
  void get(int row, @Nullable Timeline[] into) {
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

  /** Rows that belong to nobody come first. */
  private int group(int row) {
    return entities.length == 0 ? 0 : entities[0][row] - EntityNumbers.NOBODY;
  }
}
