package dev.mlops.features;

import dev.mlops.data.Column;
import java.util.BitSet;
import java.util.List;

/** Puts an entity's rows, which are given in the order of ingestion, in the order of time. */
final class TimelineBuilder {

  private final List<Chunk> chunks;
  private final int[] chunkOf;
  private final int[] rows;
  private final boolean numeric;

  /** Takes rows that are grouped by entity, each as the chunk it is in and its place there. */
  TimelineBuilder(List<Chunk> chunks, int[] chunkOf, int[] rows, boolean numeric) {
    this.chunks = chunks;
    this.chunkOf = chunkOf;
    this.rows = rows;
    this.numeric = numeric;
  }

  /** Builds the timeline of the rows from one place on and before another. */
  Timeline build(int from, int to) {
    long[] event = new long[to - from];
    long[] known = new long[to - from];
    times(from, event, known);
    if (!Chronology.isOrdered(event, known)) {
      sort(from, Chronology.order(event, known));
      times(from, event, known);
    }
    return numeric
        ? new Timeline(event, known, new Column[0][], new int[0], series(from, to))
        : latest(from, event, known);
  }

  private void times(int from, long[] event, long[] known) {
    for (int i = 0; i < event.length; i++) {
      Chunk chunk = chunks.get(chunkOf[from + i]);
      event[i] = chunk.event(rows[from + i]);
      known[i] = chunk.known(rows[from + i]);
    }
  }

  private void sort(int from, int[] order) {
    int[] sortedChunks = new int[order.length];
    int[] sortedRows = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      sortedChunks[i] = chunkOf[from + order[i]];
      sortedRows[i] = rows[from + order[i]];
    }
    System.arraycopy(sortedChunks, 0, chunkOf, from, order.length);
    System.arraycopy(sortedRows, 0, rows, from, order.length);
  }

  private Timeline latest(int from, long[] event, long[] known) {
    Column[][] source = new Column[event.length][];
    int[] row = new int[event.length];
    for (int i = 0; i < event.length; i++) {
      source[i] = chunks.get(chunkOf[from + i]).inputs();
      row[i] = rows[from + i];
    }
    return new Timeline(event, known, source, row, new Series[0]);
  }

  private Series[] series(int from, int to) {
    Series[] series = new Series[chunks.get(0).inputs().length];
    for (int input = 0; input < series.length; input++) {
      series[input] = series(from, to, input);
    }
    return series;
  }

  private Series series(int from, int to, int input) {
    double[] values = new double[to - from];
    BitSet present = new BitSet(values.length);
    for (int i = 0; i < values.length; i++) {
      Column column = chunks.get(chunkOf[from + i]).inputs()[input];
      int row = rows[from + i];
      if (!column.isNull(row)) {
        present.set(i);
        values[i] = number(column, row);
      }
    }
    return new Series(values, present);
  }

  private static double number(Column column, int row) {
    if (column instanceof Column.OfDouble doubles) {
      return doubles.get(row);
    }
    if (column instanceof Column.OfLong longs) {
      return longs.get(row);
    }
    if (column instanceof Column.OfFloat floats) {
      return floats.get(row);
    }
    return ((Column.OfBoolean) column).get(row) ? 1 : 0;
  }
}
