package dev.mlops.serving;

import dev.mlops.error.BackgroundThread;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks in order: on the application's executor, or on a thread of its own that lives only
 * while there is something to do.
 */
final class JournalThread implements Executor, AutoCloseable {

  private static final long IDLE_SECONDS = 10;
  private static final long CLOSE_SECONDS = 30;

  private final Executor executor;
  private final @Nullable ExecutorService owned;

  JournalThread(String router, @Nullable Executor given) {
    if (given == null) {
      owned = single("mlops-router-" + router);
      executor = owned;
    } else {
      owned = null;
      executor = given;
    }
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /** Waits for what was given so far, whatever interrupts: what is not written now never is. */
  @Override
  public void close() {
    if (owned == null) {
      return;
    }
    owned.shutdown();
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    boolean waiting = true;
    while (waiting) {
      try {
        owned.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        waiting = false;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static ExecutorService single(String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> BackgroundThread.of(name, task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
