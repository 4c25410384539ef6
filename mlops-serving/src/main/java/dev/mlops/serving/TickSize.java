package dev.mlops.serving;

import dev.mlops.rollout.RolloutTerms;

/**
 * How many events make the next tick: its given size, growing to half a percent of what was counted
 * before, up to 16,384, so that a rollout of a billion requests keeps some ten thousand ticks. It
 * depends on the counts so far only, never on what was bad.
 */
final class TickSize {

  private static final int SHARE_OF_PAST = 200;

  private final int smallest;
  private volatile int size;
  private volatile long counted;

  TickSize(int smallest) {
    this.smallest = smallest;
    this.size = smallest;
  }

  int get() {
    return size;
  }

  /**
   * Takes in a full tick. Threads that race here may forget each other's events; the size is a
   * matter of economy, not of truth.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void grow(int events) {
    counted += events;
    size = (int) Math.min(RolloutTerms.LARGEST_TICK, Math.max(smallest, counted / SHARE_OF_PAST));
  }
}
