package dev.mlops.serving;

import dev.mlops.error.BackgroundThread;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The time of a router's own: by which requests are measured, and which looks at a rollout now and
 * then, so that time passes without requests too.
 */
interface RouterTime {

  /** Returns nanoseconds since some moment. */
  long nanos();

  /**
   * Runs a task again and again until it returns false; it does not throw.
   *
   * @param name of the thread
   */
  void every(Duration period, String name, BooleanSupplier task);

  /**
   * Waits for a latch until {@link #nanos} passes a moment; a thread that is interrupted waits on,
   * and stays so.
   */
  void await(CountDownLatch latch, long deadline);

  /** Whether it is the computer's, which goes as the computer's clock does. */
  default boolean isSystem() {
    return false;
  }

  /** The computer's time, with one thread for each task. */
  static RouterTime system() {
    return new RouterTime() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public boolean isSystem() {
        return true;
      }

      @Override
      public void await(CountDownLatch latch, long deadline) {
        boolean interrupted = false;
        boolean waiting = true;
        while (waiting) {
          try {
            boolean unused = latch.await(deadline - nanos(), TimeUnit.NANOSECONDS);
            waiting = false;
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }

      @Override
      public void every(Duration period, String name, BooleanSupplier task) {
        ScheduledExecutorService timer = timer(name);
        ScheduledFuture<?> unused =
            timer.scheduleWithFixedDelay(
                () -> {
                  if (!task.getAsBoolean()) {
                    timer.shutdown();
                  }
                },
                period.toNanos(),
                period.toNanos(),
                TimeUnit.NANOSECONDS);
      }
    };
  }

  private static ScheduledExecutorService timer(String name) {
    return new ScheduledThreadPoolExecutor(1, task -> BackgroundThread.of(name, task));
  }
}
