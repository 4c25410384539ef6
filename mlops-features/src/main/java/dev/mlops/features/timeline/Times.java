package dev.mlops.features.timeline;

import java.util.Arrays;

/** The times of rows, and for every block of rows the latest time at which one became known. */
final class Times {

  private final long[] event;
  private final long[] known;
  private final long[] blockKnown;

  private Times(int size) {
    this.event = new long[size];
    this.known = new long[size];
    this.blockKnown = new long[(size >> EntityTimeline.BLOCK_BITS) + 1];
    Arrays.fill(blockKnown, Long.MIN_VALUE);
  }

  static Times of(int size) {
    return new Times(size);
  }

  /** When each row happened. */
  long[] event() {
    return event;
  }

  /** From when on each row was known. */
  long[] known() {
    return known;
  }

  /** The latest of these in each block; later than that where entities share a block. */
  long[] blockKnown() {
    return blockKnown;
  }

  void set(int index, long happened, long knownAt) {
    event[index] = happened;
    known[index] = knownAt;
    block(index);
  }

  /** Notes that a row is where it is. */
  void block(int index) {
    int block = index >> EntityTimeline.BLOCK_BITS;
    blockKnown[block] = Math.max(blockKnown[block], known[index]);
  }

  /** The end of the rows, from one on and before another, that happened by a time or before it. */
  int end(int from, int to, long t, boolean strict) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (event[middle] < t || (!strict && event[middle] == t)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
