package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseClosingTest {

  /** A closing waits for the transaction that is under way, and a second one for the first. */
  @Test
  void a_second_close_returns_when_the_first_has_closed(@TempDir Path directory)
      throws InterruptedException {
    Database database = Database.h2(directory.resolve("test"));
    CountDownLatch writes = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Thread writer = started("writer", () -> database.transaction(session -> hold(writes, mayEnd)));
    writes.await();
    Thread first = started("first", database::close);
    await(first, Thread.State.TIMED_WAITING);
    Thread second = started("second", database::close);
    await(second, Thread.State.WAITING);
    assertThat(second.isAlive()).isTrue();
    mayEnd.countDown();
    writer.join();
    first.join();
    second.join();
    Database.h2(directory.resolve("test")).close();
  }

  private static boolean hold(CountDownLatch writes, CountDownLatch mayEnd) {
    writes.countDown();
    try {
      mayEnd.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return true;
  }

  private static Thread started(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.start();
    return thread;
  }

  private static void await(Thread thread, Thread.State state) {
    while (thread.getState() != state && thread.isAlive()) {
      LockSupport.parkNanos(100_000);
    }
  }
}
