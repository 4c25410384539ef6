package dev.mlops.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets the transactions that write in: any number at a time, or one by one.
 *
 * <p>H2's store writes a snapshot of all tables and undo logs whenever a transaction commits, and
 * what another transaction is doing at that moment can be caught half: its row without the entry
 * that would undo it. Killed then, H2 2.5.252 opens with a part of a transaction (1 in about 60
 * kills of a process that wrote from three threads; none in 800 one by one). PostgreSQL has no such
 * need.
 */
interface WriteOrder {
  @CanIgnoreReturnValue
  <T> T run(Supplier<T> transaction);

  /** Lets one in at a time, in the order of their coming, and runs something before the next. */
  final class OneByOne implements WriteOrder {
    // Fair, so that a busy writer does not starve the others.
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Runnable afterwards;

    OneByOne(Runnable afterwards) {
      this.afterwards = afterwards;
    }

    @CanIgnoreReturnValue
    @Override
    public <T> T run(Supplier<T> transaction) {
      turn.lock();
      try {
        return transaction.get();
      } finally {
        // A turn within a turn leaves the file to the outer one.
        try {
          if (turn.getHoldCount() == 1) {
            afterwards.run();
          }
        } finally {
          turn.unlock();
        }
      }
    }

    /** Runs something while no transaction writes, unless one goes on for longer than a while. */
    void ifFree(Duration patience, Runnable work) {
      boolean interrupted = Thread.interrupted();
      try {
        if (turn.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
          try {
            work.run();
          } finally {
            turn.unlock();
          }
        }
      } catch (InterruptedException e) {
        interrupted = true;
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /** Lets any number in at a time. */
  final class Any implements WriteOrder {
    @CanIgnoreReturnValue
    @Override
    public <T> T run(Supplier<T> transaction) {
      return transaction.get();
    }
  }
}
