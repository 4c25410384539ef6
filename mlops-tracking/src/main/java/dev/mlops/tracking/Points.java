package dev.mlops.tracking;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Micros;
import dev.mlops.data.Schema;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Metric points in primitive arrays that grow; not thread-safe. */
final class Points {

  private static final int START = 16;
  private static final Schema TABLE =
      Schema.of(
          Field.of("step", DataType.INT64),
          Field.of("time", DataType.INSTANT),
          Field.of("value", DataType.FLOAT64));

  private long[] steps = new long[START];
  private long[] micros = new long[START];
  private double[] values = new double[START];
  private int size;

  void add(long step, long time, double value) {
    if (size == values.length) {
      grow();
    }
    steps[size] = step;
    micros[size] = time;
    values[size] = value;
    size++;
  }

  private void grow() {
    steps = Arrays.copyOf(steps, size * 2);
    micros = Arrays.copyOf(micros, size * 2);
    values = Arrays.copyOf(values, size * 2);
  }

  /**
   * Returns the points of now; cells once written never change, so a copy of the references is
   * enough.
   */
  Points snapshot() {
    Points copy = new Points();
    copy.steps = steps;
    copy.micros = micros;
    copy.values = values;
    copy.size = size;
    return copy;
  }

  /** Returns a copy without the first points. */
  Points after(int first) {
    Points rest = new Points();
    rest.addAll(this, first, size);
    return rest;
  }

  void addAll(Points other, int from, int to) {
    for (int i = from; i < to; i++) {
      add(other.steps[i], other.micros[i], other.values[i]);
    }
  }

  /**
   * Returns the points in the order of {@link MetricPoint}. Most series come in it; what two
   * recorders wrote comes in long sorted stretches, which the sort makes use of.
   */
  Points sorted() {
    if (IntStream.range(1, size).allMatch(i -> compare(i - 1, i) <= 0)) {
      return this;
    }
    Points sorted = new Points();
    IntStream.range(0, size)
        .boxed()
        .sorted(this::compare)
        .forEach(i -> sorted.add(steps[i], micros[i], values[i]));
    return sorted;
  }

  private int compare(int left, int right) {
    int byStep = Long.compare(steps[left], steps[right]);
    if (byStep != 0) {
      return byStep;
    }
    int byTime = Long.compare(micros[left], micros[right]);
    return byTime != 0 ? byTime : MetricPoint.compareValues(values[left], values[right]);
  }

  /** Returns a table of {@code step, time, value}. */
  Dataset table() {
    return Dataset.of(
        TABLE,
        List.of(
            Column.longs(Arrays.copyOf(steps, size)),
            Column.instantsOfMicros(Arrays.copyOf(micros, size)),
            Column.doubles(Arrays.copyOf(values, size))));
  }

  int size() {
    return size;
  }

  long step(int index) {
    return steps[index];
  }

  long micros(int index) {
    return micros[index];
  }

  double value(int index) {
    return values[index];
  }

  MetricPoint point(int index) {
    return new MetricPoint(steps[index], Micros.instant(micros[index]), values[index]);
  }
}
