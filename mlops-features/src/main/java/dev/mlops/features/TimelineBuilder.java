package dev.mlops.features;

import dev.mlops.data.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Collects an entity's rows from segments in the order of ingestion, and puts them in order. */
final class TimelineBuilder {

  private final List<Chunk> chunks = new ArrayList<>();
  private int[] chunkOf = new int[4];
  private int[] rows = new int[4];
  private int size;

  void add(Chunk chunk, int row) {
    if (chunks.isEmpty() || chunks.get(chunks.size() - 1) != chunk) {
      chunks.add(chunk);
    }
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, size * 2);
      chunkOf = Arrays.copyOf(chunkOf, size * 2);
    }
    rows[size] = row;
    chunkOf[size++] = chunks.size() - 1;
  }

  Timeline build(boolean numeric) {
    int[] order = order();
    long[] event = new long[size];
    long[] known = new long[size];
    Column[][] source = new Column[numeric ? 0 : size][];
    int[] row = new int[source.length];
    for (int i = 0; i < size; i++) {
      Chunk chunk = chunk(order[i]);
      event[i] = chunk.event(rows[order[i]]);
      known[i] = chunk.known(rows[order[i]]);
      if (!numeric) {
        source[i] = chunk.inputs();
        row[i] = rows[order[i]];
      }
    }
    return new Timeline(event, known, source, row, numeric ? series(order) : new Series[0]);
  }

  private int[] order() {
    long[] event = new long[size];
    long[] known = new long[size];
    for (int i = 0; i < size; i++) {
      event[i] = chunk(i).event(rows[i]);
      known[i] = chunk(i).known(rows[i]);
    }
    return Chronology.order(event, known);
  }

  private Series[] series(int[] order) {
    Series[] series = new Series[chunks.get(0).inputs().length];
    for (int input = 0; input < series.length; input++) {
      series[input] = series(order, input);
    }
    return series;
  }

  private Series series(int[] order, int input) {
    double[] values = new double[size];
    BitSet present = new BitSet(size);
    for (int i = 0; i < size; i++) {
      Column column = chunk(order[i]).inputs()[input];
      int row = rows[order[i]];
      if (!column.isNull(row)) {
        present.set(i);
        values[i] = number(column, row);
      }
    }
    return new Series(values, present);
  }

  private Chunk chunk(int index) {
    return chunks.get(chunkOf[index]);
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
