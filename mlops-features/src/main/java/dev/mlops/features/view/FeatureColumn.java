package dev.mlops.features.view;

import dev.mlops.data.Column;
import dev.mlops.data.Field;
import dev.mlops.features.view.FeatureVector.Status;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Collects one feature's cells over all label rows, in any order. */
final class FeatureColumn {

  private final Field field;
  private final int index;
  private final long[] bits;
  private final @Nullable Object[] objects;
  private final BitSet present;
  private final Map<Status, AtomicInteger> statuses = new EnumMap<>(Status.class);
  private int changed;

  FeatureColumn(Field field, int index, int rows) {
    this.field = field;
    this.index = index;
    this.bits = new long[rows];
    this.objects = new @Nullable Object[isObject() ? rows : 0];
    this.present = new BitSet(rows);
    for (Status status : Status.values()) {
      statuses.put(status, new AtomicInteger());
    }
  }

  /** Takes a cell, and notes whether it is another one in the other mode. */
  boolean add(int row, Frame frame, Frame other) {
    bits[row] = frame.raw(index);
    present.set(row, frame.present(index));
    Objects.requireNonNull(statuses.get(frame.status(index))).incrementAndGet();
    if (isObject()) {
      objects[row] = frame.value(index, field);
    }
    boolean same = frame.same(index, other);
    changed += same ? 0 : 1;
    return !same;
  }

  int changed() {
    return changed;
  }

  Map<Status, Integer> coverage() {
    Map<Status, Integer> counts = new EnumMap<>(Status.class);
    statuses.forEach((status, count) -> counts.put(status, count.get()));
    return counts;
  }

  Column build() {
    return switch (field.dataType().kind()) {
      case BOOLEAN -> booleans();
      case INT64 -> Column.longs(bits, present);
      case FLOAT32 -> floats();
      case FLOAT64 -> doubles();
      case STRING, INSTANT, VECTOR -> Column.of(field.dataType(), Arrays.asList(objects));
    };
  }

  private Column booleans() {
    boolean[] values = new boolean[bits.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bits[i] != 0;
    }
    return Column.booleans(values, present);
  }

  private Column floats() {
    float[] values = new float[bits.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat((int) bits[i]);
    }
    return Column.floats(values, present);
  }

  private Column doubles() {
    double[] values = new double[bits.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.longBitsToDouble(bits[i]);
    }
    return Column.doubles(values, present);
  }

  private boolean isObject() {
    return switch (field.dataType().kind()) {
      case STRING, INSTANT, VECTOR -> true;
      case BOOLEAN, INT64, FLOAT32, FLOAT64 -> false;
    };
  }
}
