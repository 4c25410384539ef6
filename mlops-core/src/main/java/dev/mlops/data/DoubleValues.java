package dev.mlops.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in an array or, little-endian, in a mapped file. Rows are not checked here.
 *
 * <p>A buffer would do for both, but its accessor is a virtual call for each value as soon as a
 * program has both kinds.
 *
 * <p>One of four files that are equal except for the type of a value, {@code double}, {@code
 * float}, {@code int} or {@code long}: Java has no generics over primitives, and objects in their
 * place would take three times the memory and more time than all else. {@code EqualFilesTest} holds
 * them equal.
 */
final class DoubleValues {

  private static final DoubleBuffer NOT_MAPPED = DoubleBuffer.allocate(0);

  private final double @Nullable [] array;
  private final DoubleBuffer mapped;
  private final int offset;
  private final int size;

  private DoubleValues(double @Nullable [] array, DoubleBuffer mapped, int offset, int size) {
    this.array = array;
    this.mapped = mapped;
    this.offset = offset;
    this.size = size;
  }

  /** The array's first values; the array must not change any more. */
  static DoubleValues of(double[] array, int size) {
    return new DoubleValues(array, NOT_MAPPED, 0, size);
  }

  static DoubleValues of(double... array) {
    return of(array, array.length);
  }

  /** All values in the bytes: viewed where they are if they are mapped, else copied. */
  static DoubleValues of(ByteBuffer bytes) {
    DoubleBuffer view = bytes.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
    if (bytes.isDirect()) {
      return new DoubleValues(null, view, 0, view.remaining());
    }
    double[] copy = new double[view.remaining()];
    view.get(copy);
    return of(copy);
  }

  int size() {
    return size;
  }

  boolean isMapped() {
    return array == null;
  }

  double get(int row) {
    return array == null ? viewed(row) : array[offset + row];
  }

  /**
   * On its own, so that its profile is of mapped values only, and the virtual machine inlines the
   * view's long accessor.
   */
  private double viewed(int row) {
    return mapped.get(row);
  }

  DoubleValues slice(int from, int to) {
    return array == null
        ? new DoubleValues(null, mapped.slice(from, to - from), 0, to - from)
        : new DoubleValues(array, mapped, offset + from, to - from);
  }

  DoubleValues take(int[] rows) {
    double[] taken = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      taken[i] = get(rows[i]);
    }
    return of(taken);
  }

  /** Copies values that follow one another. */
  void read(int from, double[] into, int at, int count) {
    buffer().get(from, into, at, count);
  }

  /** A view for copying in bulk. */
  DoubleBuffer buffer() {
    return array == null ? mapped.duplicate() : DoubleBuffer.wrap(array, offset, size).slice();
  }
}
