package dev.mlops.tracking;

import dev.mlops.data.Micros;
import java.util.Arrays;

/** Metric points in primitive arrays that grow; not thread-safe. */
final class Points {

  private static final int START = 16;

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
