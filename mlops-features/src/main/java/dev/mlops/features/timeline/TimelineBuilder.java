package dev.mlops.features.timeline;

import dev.mlops.data.Column;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes rows to their places, an entity's side by side in the order of ingestion, and puts each
 * entity's in the order of time. The timelines share the arrays: nothing is copied again.
 *
 * <p>Rows are read in the order in which they lie and written where they belong: a processor waits
 * for scattered reads, but not for scattered writes.
 */
final class TimelineBuilder {

  private final TimelineLayout layout;
  private final int size;
  private final Times times;
  private final Column[][] chunks;
  private final int[] chunkOf;
  private final int[] rowOf;
  private final long[][] values;
  private final long[] @Nullable [] absent;
  private final Version[] versions;
  private @Nullable Replaced replaced;
  private int added;

  TimelineBuilder(int size, TimelineLayout layout, int chunks) {
    boolean numeric = layout.numeric();
    int inputs = numeric ? layout.inputs().size() : 0;
    this.layout = layout;
    this.size = size;
    this.times = Times.of(size);
    this.chunks = new Column[chunks][];
    this.chunkOf = new int[numeric ? 0 : size];
    this.rowOf = new int[chunkOf.length];
    this.values = new long[inputs][size];
    this.absent = new long[inputs] @Nullable [];
    this.versions = new Version[layout.hasVersions() ? size : 0];
  }

  /** Takes the rows of a chunk to their places. */
  void add(Chunk chunk, int[] places) {
    chunk.scatter(places, times);
    if (layout.numeric()) {
      numbers(chunk.inputs(), places);
    } else {
      rows(chunk.inputs(), places);
    }
  }

  /** Takes the versions of a chunk's rows to their places. */
  void add(Version[] rows, int[] places, boolean anyReplaced) {
    for (int row = 0; row < places.length; row++) {
      if (places[row] != Chunk.NOWHERE) {
        versions[places[row]] = rows[row];
      }
    }
    if (anyReplaced && replaced == null) {
      replaced = Replaced.of(size);
    }
  }

  private void numbers(Column[] columns, int[] places) {
    for (int input = 0; input < columns.length; input++) {
      Numbers.scatter(columns[input], layout.integer(input), places, values[input]);
      if (columns[input].nullCount() > 0) {
        absent[input] = Numbers.scatterNulls(columns[input], places, absent[input], size);
      }
    }
  }

  private void rows(Column[] columns, int[] places) {
    for (int row = 0; row < places.length; row++) {
      if (places[row] != Chunk.NOWHERE) {
        chunkOf[places[row]] = added;
        rowOf[places[row]] = row;
      }
    }
    chunks[added++] = columns;
  }

  /** Builds the timeline of the entity whose rows lie from one place on and before another. */
  EntityTimeline build(int from, int to) {
    if (!Chronology.isOrdered(times, from, to)) {
      sort(from, Chronology.order(times, from, to));
    }
    for (int i = from; i < to; i++) {
      times.block(i);
    }
    for (int i = from; replaced != null && i < to; i++) {
      if (versions[i].until() != Version.NEVER) {
        replaced.set(i, versions[i].until());
      }
    }
    Series[] series = new Series[values.length];
    for (int input = 0; input < series.length; input++) {
      series[input] =
          new Series(values[input], absent[input], from, to, layout.integer(input), null);
    }
    Cells cells = layout.numeric() ? null : Cells.referred(chunks, chunkOf, rowOf);
    Version[] mine = layout.hasVersions() ? versions : null;
    return new EntityTimeline(times, from, to, series, cells, Dropped.NONE, replaced, mine);
  }

  /** Puts the rows from a place on in an order. */
  private void sort(int from, int[] order) {
    move(times.event(), from, order);
    move(times.known(), from, order);
    for (int input = 0; input < values.length; input++) {
      move(values[input], from, order);
      moveBits(absent[input], from, order);
    }
    if (layout.hasVersions()) {
      move(versions, from, order);
    }
    if (!layout.numeric()) {
      move(chunkOf, from, order);
      move(rowOf, from, order);
    }
  }

  private static void move(long[] all, int from, int[] order) {
    long[] before = Arrays.copyOfRange(all, from, from + order.length);
    for (int i = 0; i < order.length; i++) {
      all[from + i] = before[order[i]];
    }
  }

  private static void move(int[] all, int from, int[] order) {
    int[] before = Arrays.copyOfRange(all, from, from + order.length);
    for (int i = 0; i < order.length; i++) {
      all[from + i] = before[order[i]];
    }
  }

  private static void move(Version[] all, int from, int[] order) {
    Version[] before = Arrays.copyOfRange(all, from, from + order.length);
    for (int i = 0; i < order.length; i++) {
      all[from + i] = before[order[i]];
    }
  }

  private static void moveBits(long @Nullable [] bits, int from, int[] order) {
    if (bits == null) {
      return;
    }
    boolean[] before = new boolean[order.length];
    for (int i = 0; i < before.length; i++) {
      before[i] = Absent.get(bits, from + i);
    }
    for (int i = 0; i < order.length; i++) {
      Absent.set(bits, from + i, before[order[i]]);
    }
  }
}
