package dev.mlops.features.timeline;

import dev.mlops.data.Column;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts rows together by entity, those of each in the order of ingestion: a counting sort on entity
 * numbers, which looks a key up once and moves a row once. Used by one thread.
 */
public final class Grouping {

  /** Takes the timeline of an entity. */
  public interface Use {

    /**
     * Takes the timeline of an entity.
     *
     * @param entity its number
     * @param line all its rows
     */
    void accept(int entity, EntityTimeline line);
  }

  private final TimelineLayout layout;
  private final EntityNumbers entities;
  private final List<Chunk> chunks = new ArrayList<>();

  /** The versions of each row of a chunk; of no chunk where rows have no event id. */
  private final List<Version[]> rowVersions = new ArrayList<>();

  private final Versions versions;

  /** The entity of each row of a chunk. */
  private final List<int[]> numbers = new ArrayList<>();

  /**
   * Makes an empty grouping.
   *
   * @param layout which columns make the timelines
   * @param entities gives the entities their numbers; rows to whose keys it gives none are left out
   */
  public Grouping(TimelineLayout layout, EntityNumbers entities) {
    this(layout, entities, new Versions());
  }

  /**
   * Makes an empty grouping of rows that come after others.
   *
   * @param layout which columns make the timelines
   * @param entities gives the entities their numbers
   * @param versions of the events before
   */
  public Grouping(TimelineLayout layout, EntityNumbers entities, Versions versions) {
    this.layout = layout;
    this.entities = entities;
    this.versions = versions;
  }

  /**
   * Adds rows that were ingested after those added before.
   *
   * @param rows the rows
   */
  public void add(EventRows rows) {
    Chunk chunk = added(rows);
    if (layout.hasVersions()) {
      // Also those of rows that are left out: an event may have been of another entity.
      rowVersions.add(versions.of(chunk));
    }
  }

  /**
   * Adds rows that were in timelines before.
   *
   * @param rows the rows
   * @param until until when each of them counts, as {@link EntityTimeline#until} said
   */
  public void addAgain(EventRows rows, Column.OfLong until) {
    Chunk chunk = added(rows);
    if (layout.hasVersions()) {
      rowVersions.add(versions.again(chunk, until));
    }
  }

  private Chunk added(EventRows rows) {
    Chunk chunk = Chunk.of(layout, rows);
    chunks.add(chunk);
    numbers.add(entities.of(chunk.keys(), chunk.size()));
    return chunk;
  }

  /**
   * Hands each entity's timeline on.
   *
   * @param use takes the number of an entity that has rows, and the timeline of all its rows
   */
  public void forEach(Use use) {
    int[] ends = begins();
    TimelineBuilder builder = new TimelineBuilder(ends[entities.size()], layout, chunks.size());
    for (int chunk = 0; chunk < chunks.size(); chunk++) {
      int[] places = places(numbers.get(chunk), ends);
      builder.add(chunks.get(chunk), places);
      if (layout.hasVersions()) {
        builder.add(rowVersions.get(chunk), places, versions.anyReplaced());
      }
      numbers.set(chunk, new int[0]);
    }
    for (int entity = 0, from = 0; entity < entities.size(); entity++) {
      if (ends[entity] > from) {
        use.accept(entity, builder.build(from, ends[entity]));
      }
      from = ends[entity];
    }
  }

  /** Where each entity's rows begin among all that have a number, and behind them how many. */
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
    // Each number is read once, and the place takes its room.
    for (int row = 0; row < entity.length; row++) {
      entity[row] = entity[row] == EntityNumbers.NOBODY ? Chunk.NOWHERE : ends[entity[row]]++;
    }
    return entity;
  }
}
