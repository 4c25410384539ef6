package dev.mlops.serving;

import dev.mlops.stats.BadEventProcess;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Counts events of both arms into ticks as they come, without a lock and without losing or
 * splitting an event: the four counts of the open tick share one word, 16 bits each, and the thread
 * that fills the tick takes the whole word.
 */
final class TickCounter {

  private static final long CANDIDATE = 1L;
  private static final long CANDIDATE_BAD = 1L << 16;
  private static final long LIVE = 1L << 32;
  private static final long LIVE_BAD = 1L << 48;

  private final AtomicLong open = new AtomicLong();
  private final TickSize size;
  private final Consumer<BadEventProcess.Tick> full;

  TickCounter(int size, Consumer<BadEventProcess.Tick> full) {
    this.size = new TickSize(size);
    this.full = full;
  }

  void count(boolean candidate, boolean bad) {
    long event = candidate ? CANDIDATE : LIVE;
    if (bad) {
      event += candidate ? CANDIDATE_BAD : LIVE_BAD;
    }
    long counts = open.addAndGet(event);
    while (events(counts) >= size.get()) {
      if (open.compareAndSet(counts, 0)) {
        size.grow(events(counts));
        full.accept(unpack(counts));
        return;
      }
      counts = open.get();
    }
  }

  /** How many events the open tick has. */
  int waiting() {
    return events(open.get());
  }

  private static int events(long counts) {
    return (int) (counts & 0xffff) + (int) ((counts >>> 32) & 0xffff);
  }

  private static BadEventProcess.Tick unpack(long counts) {
    return new BadEventProcess.Tick(
        counts & 0xffff, (counts >>> 16) & 0xffff, (counts >>> 32) & 0xffff, counts >>> 48);
  }
}
