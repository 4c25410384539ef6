package dev.mlops.features.timeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Until when rows count that a later version of their event replaces, and for every block of rows
 * the earliest such time. What readers were given does not change.
 */
final class Replaced {

  private final long[] until;
  private final long[] blockUntil;

  private Replaced(int size) {
    until = new long[size];
    blockUntil = new long[(size >> EntityTimeline.BLOCK_BITS) + 1];
    Arrays.fill(until, Version.NEVER);
    Arrays.fill(blockUntil, Version.NEVER);
  }

  static Replaced of(int size) {
    return new Replaced(size);
  }

  /** Of rows from one place on and before another; null if none of them is replaced. */
  static @Nullable Replaced of(Version[] versions, int from, int to) {
    Replaced replaced = null;
    for (int i = from; i < to; i++) {
      if (versions[i].until() != Version.NEVER) {
        replaced = replaced == null ? new Replaced(versions.length) : replaced;
        replaced.set(i, versions[i].until());
      }
    }
    return replaced;
  }

  void set(int index, long time) {
    until[index] = time;
    int block = index >> EntityTimeline.BLOCK_BITS;
    blockUntil[block] = Math.min(blockUntil[block], time);
  }

  long until(int index) {
    return until[index];
  }

  /** The earliest time in a row's block; earlier than that where entities share a block. */
  long blockUntil(int index) {
    return blockUntil[index >> EntityTimeline.BLOCK_BITS];
  }
}
