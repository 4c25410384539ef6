package dev.mlops.serving;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts who is inside, up to a limit, without a lock. */
final class InFlight {

  private final int limit;
  private final AtomicInteger inside = new AtomicInteger();

  InFlight(int limit) {
    this.limit = limit;
  }

  /** Counts the caller in, who then must {@link #leave}; false if the limit is reached. */
  boolean enter() {
    int before;
    do {
      before = inside.get();
      if (before >= limit) {
        return false;
      }
    } while (!inside.compareAndSet(before, before + 1));
    return true;
  }

  /** Whether so many are inside that whatever can wait should wait. */
  boolean isHalfFull() {
    return inside.get() * 2L >= limit;
  }

  void leave() {
    inside.decrementAndGet();
  }
}
