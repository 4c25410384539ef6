package dev.mlops.tracking;

import dev.mlops.error.BackgroundThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats work until it is told to stop. */
@FunctionalInterface
interface Ticker {

  /**
   * Starts to repeat.
   *
   * @param work what to repeat
   * @return stops it
   */
  Runnable repeat(Runnable work);

  /**
   * Repeats every second, on a daemon thread that lives as long as the work: whatever the work
   * throws, also an Error, is logged, and the next second comes.
   */
  static Runnable everySecond(Runnable work) {
    return everySecond("mlops-metrics", work);
  }

  /** Does the same on a thread of another name. */
  static Runnable everySecond(String name, Runnable work) {
    AtomicBoolean stopped = new AtomicBoolean();
    Thread thread = BackgroundThread.of(name, () -> repeat(work, stopped));
    thread.start();
    return () -> {
      stopped.set(true);
      LockSupport.unpark(thread);
    };
  }

  private static void repeat(Runnable work, AtomicBoolean stopped) {
    Logger log = LoggerFactory.getLogger(Ticker.class);
    while (!stopped.get()) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      // An interrupted thread would not park any more; nobody has a reason to interrupt this one.
      Thread.interrupted();
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        log.warn(
            "thread '{}' failed; the next attempt is in a second",
            Thread.currentThread().getName(),
            e);
      }
    }
  }
}
