package dev.mlops.serving;

import dev.mlops.stats.BadEventProcess;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One guard's ticks of one step: a request joins the open tick when it is assigned, and reports to
 * it when it comes back. No step takes a lock.
 */
final class TickLine {

  /** Takes in a tick that is complete. */
  @FunctionalInterface
  interface Complete {
    void tick(BadEventProcess.Tick counts, CountedUnits units);
  }

  private final TickSize size;
  private final AnswerTimes times;
  private final boolean isLateBad;
  private final boolean keepsUnits;
  private final Complete complete;
  private final AtomicReference<OpenTick> open;
  private final Queue<OpenTick> underWay = new ConcurrentLinkedQueue<>();

  /**
   * Begins with an empty tick.
   *
   * @param times how long a request may be under way before it is given up
   * @param isLateBad whether a request that is given up is a bad event, or none at all
   * @param keepsUnits whether a tick remembers whom it has counted
   */
  TickLine(
      int size,
      AnswerTimes times,
      boolean isLateBad,
      boolean keepsUnits,
      long now,
      Complete complete) {
    this.size = new TickSize(size);
    this.times = times;
    this.isLateBad = isLateBad;
    this.complete = complete;
    this.keepsUnits = keepsUnits;
    this.open = new AtomicReference<>(new OpenTick(size, keepsUnits, now));
  }

  /** Returns the tick to which the request belongs from now on. */
  OpenTick join(boolean candidate, long now) {
    while (true) {
      OpenTick tick = Objects.requireNonNull(open.get());
      boolean joined = tick.join(candidate, now);
      if (tick.isClosed()) {
        follow(tick, now);
      }
      if (joined) {
        return tick;
      }
    }
  }

  void comeBack(OpenTick tick, boolean candidate, boolean bad) {
    if (tick.comeBack(candidate, bad)) {
      report(tick);
    }
  }

  void leave(OpenTick tick, boolean candidate) {
    if (tick.leave(candidate)) {
      report(tick);
    }
  }

  /** Gives up the requests that are overdue, of ticks still open too. */
  void sweep(long now) {
    sweepClosed(now);
    OpenTick tick = Objects.requireNonNull(open.get());
    if (tick.isOverdue(now, times)) {
      settle(tick);
      follow(tick, now);
    }
  }

  /** Reports what has come back, and gives up the rest as none at all. */
  void flush(long now) {
    follow(Objects.requireNonNull(open.get()), now);
    for (OpenTick tick = underWay.poll(); tick != null; tick = underWay.poll()) {
      if (tick.settle(false)) {
        report(tick);
      }
    }
  }

  private void follow(OpenTick closed, long now) {
    if (open.get() == closed
        && open.compareAndSet(closed, new OpenTick(size.get(), keepsUnits, now))) {
      size.grow(closed.size());
      underWay.add(closed);
      sweepClosed(now);
    }
  }

  /** The oldest come first, so the first that is neither reported nor overdue ends the search. */
  private void sweepClosed(long now) {
    for (OpenTick tick = underWay.peek(); tick != null; tick = underWay.peek()) {
      if (!tick.isReported()) {
        if (!tick.isOverdue(now, times)) {
          return;
        }
        settle(tick);
      }
      underWay.remove(tick);
    }
  }

  private void settle(OpenTick tick) {
    if (tick.settle(isLateBad)) {
      report(tick);
    }
  }

  private void report(OpenTick tick) {
    BadEventProcess.Tick counts = tick.counts();
    if (counts.canary() + counts.stable() > 0) {
      complete.tick(counts, tick.units());
    }
  }
}
