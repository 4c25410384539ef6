package dev.mlops.features.timeline;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.error.NotFoundException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The times and inputs of rows that were ingested together, as they lie in their columns. */
final class Chunk {

  /** The place of a row that belongs to nobody. */
  static final int NOWHERE = -1;

  private final Column.OfInstant event;
  private final Column.@Nullable OfInstant stated;
  private final boolean delayed;
  private final long delay;
  private final long arrival;
  private final @Nullable Column ids;
  private final Column[] keys;
  private final Column[] inputs;

  private Chunk(TimelineLayout layout, EventRows rows) {
    this.event = rows.rows().instants(layout.eventTime());
    this.stated = layout.knownAt() == null ? null : rows.rows().instants(layout.knownAt());
    this.delayed = layout.knownAfter() != null;
    this.delay = layout.knownAfter() == null ? 0 : Spans.of(layout.knownAfter());
    boolean atArrival = stated == null && !delayed;
    this.arrival = rows.backfill() && !atArrival ? Long.MIN_VALUE : rows.ingested();
    this.ids = layout.eventId() == null ? null : rows.rows().column(layout.eventId());
    this.keys = columns(rows.rows(), layout.keys());
    this.inputs = columns(rows.rows(), layout.inputs());
  }

  static Chunk of(TimelineLayout layout, EventRows rows) {
    try {
      return new Chunk(layout, rows);
    } catch (NotFoundException e) {
      throw new NotFoundException(
          "rows that were ingested lack a column that a view reads: " + e.getMessage(), e);
    }
  }

  int size() {
    return event.size();
  }

  long event(int row) {
    return event.micros(row);
  }

  /**
   * When a row was known: as stated, but never before it arrived. What arrived later than stated
   * was in no live answer until then, and a training set that had it would be another. Only of a
   * backfill are the stated times the truth.
   */
  long known(int row) {
    if (stated != null) {
      return Math.max(stated.micros(row), arrival);
    }
    return delayed ? Math.max(Spans.plus(event.micros(row), delay), arrival) : arrival;
  }

  /** Writes the times of each row to its place. */
  void scatter(int[] places, Times times) {
    for (int row = 0; row < places.length; row++) {
      if (places[row] != NOWHERE) {
        times.event()[places[row]] = event(row);
        times.known()[places[row]] = known(row);
      }
    }
  }

  /** The ids of the events, or null where rows have none. */
  @Nullable Column ids() {
    return ids;
  }

  Column[] keys() {
    return keys;
  }

  /** The columns themselves, not a copy: every row of a latest view refers to them. */
  Column[] inputs() {
    return inputs;
  }

  private static Column[] columns(Dataset rows, List<String> names) {
    return names.stream().map(rows::column).toArray(Column[]::new);
  }
}
