package dev.mlops.serving;

import dev.mlops.rollout.RolloutTerms;

/** How many events make the next tick, by the rule of the rollout's terms. */
final class TickSize {

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
    size = RolloutTerms.tickAfter(smallest, counted);
  }
}
