package dev.mlops.serving.onnx;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts runs inside a session, so that closing waits for them: freeing a session under a run ends
 * the whole process. One word holds the number of runs and the mark of closing, so no run can slip
 * in after the mark.
 */
final class InFlight {

  private static final long CLOSING = 1L << 62;

  private final AtomicLong state = new AtomicLong();
  private final CountDownLatch empty = new CountDownLatch(1);

  /** Lets a run in, or refuses because of closing. */
  boolean enter() {
    if ((state.getAndIncrement() & CLOSING) == 0) {
      return true;
    }
    leave();
    return false;
  }

  void leave() {
    if (state.decrementAndGet() == CLOSING) {
      empty.countDown();
    }
  }

  /** Refuses runs from now on; true for the one caller who is to close. */
  boolean beginClosing() {
    long before = state.getAndUpdate(value -> value | CLOSING);
    if (before == 0) {
      empty.countDown();
    }
    return (before & CLOSING) == 0;
  }

  /**
   * Waits for the last run, however often the thread is interrupted meanwhile: there is no safe way
   * to go on without.
   */
  void awaitEmpty() {
    boolean interrupted = false;
    while (true) {
      try {
        empty.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
