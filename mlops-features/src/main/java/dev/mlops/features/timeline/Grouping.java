package dev.mlops.features.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Puts the rows of segments together by entity, those of each in the order of ingestion: a counting
 * sort on entity numbers, which looks a key up once and moves a row once.
 */
public final class Grouping {

  private final TimelineLayout layout;
  private final EntityNumbers entities = new EntityNumbers();
  private final List<Chunk> chunks = new ArrayList<>();

  /** The entity of each row of a chunk. */
  private final List<int[]> numbers = new ArrayList<>();

  /**
   * Makes an empty grouping.
   *
   * @param layout which columns make the timelines
   */
  public Grouping(TimelineLayout layout) {
    this.layout = layout;
  }

  /**
   * Adds rows that were ingested after those added before.
   *
   * @param rows the rows
   */
  public void add(EventRows rows) {
    Chunk chunk = Chunk.of(layout, rows);
    chunks.add(chunk);
    numbers.add(entities.of(chunk.keys(), chunk.size()));
  }

  /**
   * Hands each entity's key and timeline on.
   *
   * @param use takes a key, as {@link Keys} makes them, and the timeline of all rows that have it
   */
  public void forEach(BiConsumer<Object, EntityTimeline> use) {
    int[] ends = begins();
    TimelineBuilder builder = new TimelineBuilder(ends[entities.size()], layout);
    for (int chunk = 0; chunk < chunks.size(); chunk++) {
      builder.add(chunks.get(chunk), places(numbers.get(chunk), ends));
    }
    for (int entity = 0, from = 0; entity < entities.size(); entity++) {
      use.accept(entities.key(entity), builder.build(from, ends[entity]));
      from = ends[entity];
    }
  }

  /** Where each entity's rows begin among all that have a key, and behind them their number. */
  private int[] begins() {
    int[] begins = new int[entities.size() + 1];
    for (int[] entity : numbers) {
      for (int number : entity) {
        if (number != EntityNumbers.NOBODY) {
          begins[number + 1]++;
        }
      }
    }
    for (int i = 1; i < begins.length; i++) {
      begins[i] += begins[i - 1];
    }
    return begins;
  }

  /** Gives each row the next place of its entity, and moves that entity's end on. */
  private static int[] places(int[] entity, int[] ends) {
    int[] places = new int[entity.length];
    for (int row = 0; row < places.length; row++) {
      places[row] = entity[row] == EntityNumbers.NOBODY ? Chunk.NOWHERE : ends[entity[row]]++;
    }
    return places;
  }
}
