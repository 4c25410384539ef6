package dev.mlops.features.view;

import dev.mlops.data.Field;
import dev.mlops.features.view.FeatureVector.Status;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one row of features: numbers as bits (one pattern for NaN), so that two paths can be
 * compared bit for bit, and everything else as an object.
 */
final class Frame {

  private final Status[] status;
  private final long[] bits;
  private final @Nullable Object[] objects;

  Frame(int size) {
    status = new Status[size];
    bits = new long[size];
    objects = new @Nullable Object[size];
  }

  void missing(int index, Status why) {
    status[index] = why;
    bits[index] = 0;
    objects[index] = null;
  }

  void missing(int from, int to, Status why) {
    for (int i = from; i < to; i++) {
      missing(i, why);
    }
  }

  void put(int index, long raw) {
    status[index] = Status.PRESENT;
    bits[index] = raw;
    objects[index] = null;
  }

  void put(int index, double value) {
    put(index, Double.doubleToLongBits(value));
  }

  void put(int index, Object value) {
    put(index, 0L);
    objects[index] = value;
  }

  /** Takes a boxed value of the field's type. */
  void put(int index, Field field, @Nullable Object value) {
    if (value == null) {
      missing(index, Status.NULL);
      return;
    }
    switch (field.dataType().kind()) {
      case BOOLEAN -> put(index, (Boolean) value ? 1L : 0L);
      case INT64 -> put(index, ((Long) value).longValue());
      case FLOAT32 -> put(index, (long) Float.floatToIntBits((Float) value));
      case FLOAT64 -> put(index, ((Double) value).doubleValue());
      case STRING, INSTANT, VECTOR -> put(index, value);
    }
  }

  Status status(int index) {
    return status[index];
  }

  boolean present(int index) {
    return status[index] == Status.PRESENT;
  }

  long raw(int index) {
    return bits[index];
  }

  double number(int index, Field field) {
    if (!present(index)) {
      return Double.NaN;
    }
    return switch (field.dataType().kind()) {
      case BOOLEAN, INT64 -> bits[index];
      case FLOAT32 -> Float.intBitsToFloat((int) bits[index]);
      case FLOAT64 -> Double.longBitsToDouble(bits[index]);
      case STRING, INSTANT, VECTOR -> Double.NaN;
    };
  }

  @Nullable Object value(int index, Field field) {
    if (!present(index)) {
      return null;
    }
    return switch (field.dataType().kind()) {
      case BOOLEAN -> bits[index] != 0;
      case INT64 -> bits[index];
      case FLOAT32 -> Float.intBitsToFloat((int) bits[index]);
      case FLOAT64 -> Double.longBitsToDouble(bits[index]);
      case STRING, INSTANT -> objects[index];
      case VECTOR -> ((float[]) Objects.requireNonNull(objects[index])).clone();
    };
  }

  String text(int index, Field field) {
    if (!present(index)) {
      return status[index].name();
    }
    Object value = value(index, field);
    return value instanceof float[] vector ? Arrays.toString(vector) : String.valueOf(value);
  }

  /** Same state and same bits; vectors element by element. */
  boolean same(int index, Frame other) {
    return status[index] == other.status[index]
        && bits[index] == other.bits[index]
        && Objects.deepEquals(objects[index], other.objects[index]);
  }
}
