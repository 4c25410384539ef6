package dev.mlops.features.timeline;

import dev.mlops.data.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Takes rows to their places, an entity's side by side in the order of ingestion, and puts each
 * entity's in the order of time.
 *
 * <p>Rows are read in the order in which they lie and written where they belong: a processor waits
 * for scattered reads, but not for scattered writes.
 */
final class TimelineBuilder {

  private final TimelineLayout layout;
  private final long[] event;
  private final long[] known;
  private final List<Column[]> inputs = new ArrayList<>();
  private final int[] chunkOf;
  private final int[] row;
  private long[][] values = {};
  private BitSet[] present = {};

  TimelineBuilder(int rows, TimelineLayout layout) {
    this.layout = layout;
    this.event = new long[rows];
    this.known = new long[rows];
    this.chunkOf = new int[layout.numeric() ? 0 : rows];
    this.row = new int[chunkOf.length];
  }

  /** Takes the rows of a chunk to their places. */
  void add(Chunk chunk, int[] places) {
    chunk.scatter(places, event, known);
    if (layout.numeric()) {
      numbers(chunk.inputs(), places);
    } else {
      rows(chunk.inputs(), places);
    }
  }

  private void numbers(Column[] columns, int[] places) {
    if (values.length < columns.length) {
      values = new long[columns.length][event.length];
      present = new BitSet[columns.length];
      Arrays.setAll(present, input -> new BitSet(event.length));
    }
    for (int input = 0; input < columns.length; input++) {
      Numbers.scatter(columns[input], layout.integer(input), places, values[input], present[input]);
    }
  }

  private void rows(Column[] columns, int[] places) {
    for (int i = 0; i < places.length; i++) {
      if (places[i] != Chunk.NOWHERE) {
        chunkOf[places[i]] = inputs.size();
        row[places[i]] = i;
      }
    }
    inputs.add(columns);
  }

  /** Builds the timeline of the entity whose rows lie from one place on and before another. */
  EntityTimeline build(int from, int to) {
    long[] events = Arrays.copyOfRange(event, from, to);
    long[] knowns = Arrays.copyOfRange(known, from, to);
    if (Chronology.isOrdered(events, knowns)) {
      return timeline(from, to, events, knowns);
    }
    int[] order = Chronology.order(events, knowns);
    sort(from, order);
    return timeline(from, to, take(events, order), take(knowns, order));
  }

  private EntityTimeline timeline(int from, int to, long[] events, long[] knowns) {
    if (layout.numeric()) {
      return new EntityTimeline(events, knowns, new Column[0][], new int[0], series(from, to));
    }
    Column[][] sources = new Column[to - from][];
    Arrays.setAll(sources, i -> inputs.get(chunkOf[from + i]));
    return new EntityTimeline(
        events, knowns, sources, Arrays.copyOfRange(row, from, to), new Series[0]);
  }

  private Series[] series(int from, int to) {
    Series[] series = new Series[values.length];
    for (int input = 0; input < series.length; input++) {
      series[input] =
          new Series(
              Arrays.copyOfRange(values[input], from, to),
              present[input].get(from, to),
              layout.integer(input));
    }
    return series;
  }

  /** Puts what belongs to the times in their order. */
  private void sort(int from, int[] order) {
    int to = from + order.length;
    for (int input = 0; input < values.length; input++) {
      long[] before = Arrays.copyOfRange(values[input], from, to);
      BitSet there = present[input].get(from, to);
      for (int i = 0; i < order.length; i++) {
        values[input][from + i] = before[order[i]];
        present[input].set(from + i, there.get(order[i]));
      }
    }
    if (!layout.numeric()) {
      int[] chunks = Arrays.copyOfRange(chunkOf, from, to);
      int[] rows = Arrays.copyOfRange(row, from, to);
      for (int i = 0; i < order.length; i++) {
        chunkOf[from + i] = chunks[order[i]];
        row[from + i] = rows[order[i]];
      }
    }
  }

  private static long[] take(long[] times, int[] order) {
    long[] taken = new long[order.length];
    Arrays.setAll(taken, i -> times[order[i]]);
    return taken;
  }
}
