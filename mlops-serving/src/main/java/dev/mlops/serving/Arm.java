package dev.mlops.serving;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A candidate in service, with the count of requests inside it. Once retired it takes nobody in,
 * and the caller that leaves last closes what the candidate owns.
 *
 * <p>Why this is right without a lock: a request first counts itself in, then looks at {@code
 * retired}; the retiring thread first sets {@code retired}, then counts. As both are volatile, at
 * least one of them sees the other (Dekker).
 */
final class Arm<I, O> {

  private static final long LOOK_NANOS = 100_000;

  final Candidate<I, O> candidate;
  private final @Nullable Gate<I, O> gate;
  private final Bookkeeping bookkeeping;
  private final Inside inside = new Inside();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch drained = new CountDownLatch(1);
  private final RecentLatencies latencies = new RecentLatencies();
  private volatile boolean retired;

  /**
   * Puts a candidate into service.
   *
   * @param gate its limits, null for none
   */
  Arm(Candidate<I, O> candidate, @Nullable Gate<I, O> gate, Bookkeeping bookkeeping) {
    this.candidate = candidate;
    this.gate = gate;
    this.bookkeeping = bookkeeping;
  }

  /**
   * Counts the caller in, or refuses because this arm is retired; a caller that is in must {@link
   * #leave}.
   */
  boolean enter() {
    inside.enter();
    if (!retired) {
      return true;
    }
    leave();
    return false;
  }

  /** Counts in a thread that works for somebody who is inside, and may stay longer than he. */
  void enterAgain() {
    inside.enter();
  }

  /** Asks the model for a caller who is inside. */
  Attempt<O> ask(I input) {
    return gate == null ? Attempt.of(candidate, input) : gate.ask(this, input);
  }

  /** How long this arm's answers took while it was the live one. */
  RecentLatencies latencies() {
    return latencies;
  }

  /** The same, but returns the answer itself; or the attempt, if it failed. */
  Object valueOrFailed(I input) {
    if (gate == null) {
      return Attempt.valueOrFailed(candidate, input);
    }
    Attempt<O> attempt = gate.ask(this, input);
    return attempt.failed() ? attempt : attempt.get();
  }

  Attempt<O> askAndLeave(I input) {
    try {
      return ask(input);
    } finally {
      leave();
    }
  }

  /** Whether the model is so busy that whatever can wait should wait. */
  boolean isBusy() {
    return gate != null && gate.isBusy();
  }

  /** Ends the model's threads where this arm was only for a look at it. */
  void endThreads() {
    if (gate != null) {
      gate.close();
    }
  }

  void leave() {
    inside.leave();
    if (retired) {
      closeIfEmpty();
    }
  }

  /** Lets nobody in from now on; to be called after the routing plan names another arm. */
  void retire() {
    retired = true;
    closeIfEmpty();
  }

  @CanIgnoreReturnValue
  boolean awaitDrained(Duration limit) {
    try {
      return drained.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Waits until nobody is inside for a moment, also if this arm is not retired. */
  boolean awaitEmpty(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!retired && !inside.isEmpty()) {
      if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return !retired || awaitDrained(limit);
  }

  private void closeIfEmpty() {
    if (inside.isEmpty() && closed.compareAndSet(false, true)) {
      closeOwned();
      drained.countDown();
    }
  }

  private void closeOwned() {
    try {
      endThreads();
      candidate.closeOwned();
    } catch (Throwable e) {
      // Who leaves last has an answer already; a native library may well throw an error here.
      bookkeeping.broken("closing the retired " + candidate, e);
    }
  }
}
