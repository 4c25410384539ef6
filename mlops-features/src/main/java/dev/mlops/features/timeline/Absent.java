package dev.mlops.features.timeline;

import org.jspecify.annotations.Nullable;

/**
 * Which of some numbers are null: a bit for each, or no array at all where none is. A bit is set
 * before the number behind it can be seen, and bits behind the end of what a reader sees may change
 * beside it.
 */
final class Absent {

  private Absent() {}

  static long[] of(int size) {
    return new long[(size + Long.SIZE - 1) / Long.SIZE];
  }

  static boolean get(long @Nullable [] bits, int index) {
    return bits != null && (bits[index >> 6] & (1L << index)) != 0;
  }

  static void set(long[] bits, int index, boolean absent) {
    if (absent) {
      bits[index >> 6] |= 1L << index;
    } else {
      bits[index >> 6] &= ~(1L << index);
    }
  }

  /** Counts the nulls from one place on and before another. */
  static int count(long @Nullable [] bits, int from, int to) {
    if (bits == null || from >= to) {
      return 0;
    }
    int first = from >> 6;
    int last = (to - 1) >> 6;
    long head = -1L << from;
    long tail = -1L >>> -to;
    if (first == last) {
      return Long.bitCount(bits[first] & head & tail);
    }
    int count = Long.bitCount(bits[first] & head) + Long.bitCount(bits[last] & tail);
    for (int word = first + 1; word < last; word++) {
      count += Long.bitCount(bits[word]);
    }
    return count;
  }
}
