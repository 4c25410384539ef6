package dev.mlops.serving;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many callers are inside a model, counted without a lock. A thread counts in a stripe of its
 * own most of the time, so that threads don't wait for each other's cache line.
 *
 * <p>Exits are summed before entries. If the sums are equal, then at the moment between the two
 * sums nobody was inside: the entries can only have grown since, and the exits can't have been
 * fewer.
 *
 * <p>Each step is volatile, so all of them and a volatile flag beside them are in one order for all
 * threads, which a {@code LongAdder} does not promise; a fence behind it would, and costs as much
 * again.
 */
final class Inside {

  private static final int STRIPES = 16;

  /** Two cache lines, as processors read them in pairs. */
  private static final int LONGS_APART = 16;

  private final AtomicLongArray entries = new AtomicLongArray((STRIPES + 1) * LONGS_APART);
  private final AtomicLongArray exits = new AtomicLongArray((STRIPES + 1) * LONGS_APART);

  void enter() {
    entries.getAndIncrement(place());
  }

  void leave() {
    exits.getAndIncrement(place());
  }

  boolean isEmpty() {
    long left = sum(exits);
    return left == sum(entries);
  }

  /** A caller may leave on another thread than it came on: only the sums mean something. */
  private static int place() {
    return ((int) Thread.currentThread().getId() & (STRIPES - 1)) * LONGS_APART + LONGS_APART;
  }

  private static long sum(AtomicLongArray stripes) {
    long sum = 0;
    for (int i = LONGS_APART; i < stripes.length(); i += LONGS_APART) {
      sum += stripes.get(i);
    }
    return sum;
  }
}
