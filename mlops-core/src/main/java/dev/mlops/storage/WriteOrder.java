package dev.mlops.storage;

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
  <T> T run(Supplier<T> transaction);

  static WriteOrder oneByOne() {
    return new OneByOne();
  }

  static WriteOrder any() {
    return new Any();
  }

  final class OneByOne implements WriteOrder {
    // Fair, so that a busy writer does not starve the others.
    private final ReentrantLock turn = new ReentrantLock(true);

    @Override
    public <T> T run(Supplier<T> transaction) {
      turn.lock();
      try {
        return transaction.get();
      } finally {
        turn.unlock();
      }
    }
  }

  final class Any implements WriteOrder {
    @Override
    public <T> T run(Supplier<T> transaction) {
      return transaction.get();
    }
  }
}
