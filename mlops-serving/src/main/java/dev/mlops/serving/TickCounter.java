package dev.mlops.serving;

import dev.mlops.stats.BadEventProcess;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Counts a guard's events of both arms into ticks, without a lock and without losing or splitting
 * an event: the four counts of the open tick share one word, 16 bits each, and whoever fills the
 * tick takes the whole word.
 *
 * <p>A tick starts at its given size and grows to half a percent of what was counted before, up to
 * 16,384 events, so that a rollout of a billion requests keeps some ten thousand ticks. The size
 * depends on the counts so far only, never on what was bad.
 */
final class TickCounter {

  static final int LARGEST = 16_384;
  private static final int SHARE_OF_PAST = 200;
  private static final long CANDIDATE = 1L;
  private static final long CANDIDATE_BAD = 1L << 16;
  private static final long LIVE = 1L << 32;
  private static final long LIVE_BAD = 1L << 48;

  private final AtomicLong open = new AtomicLong();
  private final int smallest;
  private final Consumer<BadEventProcess.Tick> full;
  private volatile int size;
  private volatile long counted;

  TickCounter(int size, Consumer<BadEventProcess.Tick> full) {
    this.smallest = size;
    this.size = size;
    this.full = full;
  }

  void count(boolean candidate, boolean bad) {
    long event = candidate ? CANDIDATE : LIVE;
    if (bad) {
      event += candidate ? CANDIDATE_BAD : LIVE_BAD;
    }
    long counts = open.addAndGet(event);
    while (events(counts) >= size) {
      if (open.compareAndSet(counts, 0)) {
        grow(events(counts));
        full.accept(unpack(counts));
        return;
      }
      counts = open.get();
    }
  }

  /**
   * Racing claims may forget each other's events here; the size is a matter of economy, not of
   * truth.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void grow(int events) {
    counted += events;
    size = (int) Math.min(LARGEST, Math.max(smallest, counted / SHARE_OF_PAST));
  }

  private static int events(long counts) {
    return (int) (counts & 0xffff) + (int) ((counts >>> 32) & 0xffff);
  }

  private static BadEventProcess.Tick unpack(long counts) {
    return new BadEventProcess.Tick(
        counts & 0xffff, (counts >>> 16) & 0xffff, (counts >>> 32) & 0xffff, counts >>> 48);
  }
}
