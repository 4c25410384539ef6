package dev.mlops.serving;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Which time of day it was at a moment that the ticker has measured. To read the system's clock
 * costs as much as to read the ticker, and a request has read that already; so the clock is read
 * once in ten milliseconds, and the time in between is counted by the ticker. Where somebody sets
 * the system's clock, it is followed that much later.
 *
 * <p>Any other clock is asked each time: only the system's is known to go as the ticker does.
 */
final class WallTime {

  private static final long KEPT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Between its two looks at the ticker a thread may have stood still. */
  private static final long EXACT_NANOS = TimeUnit.MICROSECONDS.toNanos(5);

  private final Clock clock;
  private final RouterTime ticker;
  private final boolean isSystem;
  private volatile Look look;

  /** One moment by both. */
  private record Look(long nanos, Instant time) {}

  WallTime(Clock clock, RouterTime ticker) {
    this.clock = clock;
    this.ticker = ticker;
    this.isSystem = ticker.isSystem() && clock.equals(Clock.system(clock.getZone()));
    this.look = new Look(ticker.nanos() - KEPT_NANOS, Instant.EPOCH);
  }

  /**
   * Returns the time of a moment that has just been.
   *
   * @param nanos what the ticker said then
   */
  Instant at(long nanos) {
    if (!isSystem) {
      return clock.instant();
    }
    Look last = look;
    long since = nanos - last.nanos;
    return since >= 0 && since < KEPT_NANOS ? last.time.plusNanos(since) : looked();
  }

  private Instant looked() {
    long before = ticker.nanos();
    Instant time = clock.instant();
    if (ticker.nanos() - before < EXACT_NANOS) {
      look = new Look(before, time);
    }
    return time;
  }
}
