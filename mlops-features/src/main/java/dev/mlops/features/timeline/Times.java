package dev.mlops.features.timeline;

import java.util.Arrays;

/**
 * The times of rows, and for every block of rows the latest time at which one of them became known.
 *
 * @param event when each row happened
 * @param known from when on it was known
 * @param blockKnown the latest of these in each block; later than that where entities share a block
 */
record Times(long[] event, long[] known, long[] blockKnown) {

  static Times of(int size) {
    long[] blocks = new long[(size >> EntityTimeline.BLOCK_BITS) + 1];
    Arrays.fill(blocks, Long.MIN_VALUE);
    return new Times(new long[size], new long[size], blocks);
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
