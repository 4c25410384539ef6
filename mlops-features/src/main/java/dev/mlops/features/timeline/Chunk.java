package dev.mlops.features.timeline;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import java.util.Arrays;
import java.util.List;

/** The times and inputs of rows that were ingested together. */
final class Chunk {

  /** The place of a row that belongs to nobody. */
  static final int NOWHERE = -1;

  private final long[] event;
  private final long[] known;
  private final Column[] keys;
  private final Column[] inputs;

  private Chunk(TimelineLayout layout, EventRows rows) {
    this.event = micros(rows.rows(), layout.eventTime());
    this.known = known(layout, rows, event);
    this.keys = columns(rows.rows(), layout.keys());
    this.inputs = columns(rows.rows(), layout.inputs());
  }

  static Chunk of(TimelineLayout layout, EventRows rows) {
    return new Chunk(layout, rows);
  }

  int size() {
    return event.length;
  }

  /** Writes the times of each row to its place. */
  void scatter(int[] places, long[] events, long[] knowns) {
    for (int row = 0; row < places.length; row++) {
      if (places[row] != NOWHERE) {
        events[places[row]] = event[row];
        knowns[places[row]] = known[row];
      }
    }
  }

  Column[] keys() {
    return keys;
  }

  /** The columns themselves, not a copy: every row of a latest view refers to them. */
  Column[] inputs() {
    return inputs;
  }

  /**
   * When each row was known: as stated, but never before it arrived. What arrived later than stated
   * was in no live answer until then, and a training set that had it would be another. Only of a
   * backfill are the stated times the truth.
   */
  private static long[] known(TimelineLayout layout, EventRows rows, long[] event) {
    long[] known = stated(layout, rows, event);
    if (!rows.backfill()) {
      for (int row = 0; row < known.length; row++) {
        known[row] = Math.max(known[row], rows.ingested());
      }
    }
    return known;
  }

  private static long[] stated(TimelineLayout layout, EventRows rows, long[] event) {
    if (layout.knownAt() != null) {
      return micros(rows.rows(), layout.knownAt());
    }
    long[] known = new long[event.length];
    if (layout.knownAfter() == null) {
      Arrays.fill(known, rows.ingested());
    } else {
      long delay = Spans.of(layout.knownAfter());
      Arrays.setAll(known, row -> Spans.plus(event[row], delay));
    }
    return known;
  }

  private static long[] micros(Dataset rows, String column) {
    Column.OfInstant times = rows.instants(column);
    long[] micros = new long[rows.rowCount()];
    for (int row = 0; row < micros.length; row++) {
      micros[row] = times.micros(row);
    }
    return micros;
  }

  private static Column[] columns(Dataset rows, List<String> names) {
    return names.stream().map(rows::column).toArray(Column[]::new);
  }
}
