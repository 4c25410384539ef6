package dev.mlops.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it; safe for use by many threads. */
public final class TestClock extends Clock {
  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  private TestClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /**
   * Makes a clock in UTC.
   *
   * @param start the time it shows
   * @return the clock
   */
  public static TestClock at(Instant start) {
    return new TestClock(new AtomicReference<>(start), ZoneOffset.UTC);
  }

  /**
   * Moves the clock on.
   *
   * @param step how far; back if negative
   */
  public void advance(Duration step) {
    now.updateAndGet(time -> time.plus(step));
  }

  /**
   * Moves the clock.
   *
   * @param time what it shows from now on
   */
  public void set(Instant time) {
    now.set(time);
  }

  @Override
  public Instant instant() {
    return Objects.requireNonNull(now.get());
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** Returns a view of this clock in another zone; both move together. */
  @Override
  public Clock withZone(ZoneId other) {
    return new TestClock(now, other);
  }
}
