package dev.mlops.coordination;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.BackgroundThread;
import dev.mlops.error.Exactly;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats work until it is told to stop. */
@FunctionalInterface
interface Repeater {

  /** How long {@link Stop#stop()} waits for the work of now. */
  Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Starts to repeat.
   *
   * @param name of the thread
   * @param interval between the end of one and the beginning of the next
   * @param work what to repeat
   * @return stops it
   */
  Stop repeat(String name, Duration interval, Runnable work);

  /** Ends what a repeater began. */
  @FunctionalInterface
  interface Stop {
    /** Begins nothing any more, and waits a while for what goes on; false if that goes on still. */
    @CanIgnoreReturnValue
    boolean stop();
  }

  /**
   * Repeats on a thread of its own, the first time at once: whatever the work throws, also an
   * Error, is logged, and the next time comes.
   */
  static Stop onThread(String name, Duration interval, Runnable work) {
    return start(name, interval, work, true);
  }

  /** As {@link #onThread}, but the first time comes after the interval. */
  static Stop afterAnInterval(String name, Duration interval, Runnable work) {
    return start(name, interval, work, false);
  }

  private static Stop start(String name, Duration interval, Runnable work, boolean atOnce) {
    AtomicBoolean stopped = new AtomicBoolean();
    Thread thread =
        BackgroundThread.of(
            name,
            () -> {
              if (!atOnce) {
                LockSupport.parkNanos(interval.toNanos());
              }
              loop(interval, work, stopped);
            });
    thread.start();
    return () -> {
      stopped.set(true);
      LockSupport.unpark(thread);
      return ended(thread);
    };
  }

  private static void loop(Duration interval, Runnable work, AtomicBoolean stopped) {
    Logger log = LoggerFactory.getLogger(Repeater.class);
    while (!stopped.get()) {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        log.warn(
            "'{}' failed; the next attempt is in {}",
            Thread.currentThread().getName(),
            Exactly.duration(interval),
            e);
      }
      // An interrupted thread would not park any more; nobody has a reason to interrupt this one.
      Thread.interrupted();
      if (!stopped.get()) {
        LockSupport.parkNanos(interval.toNanos());
      }
    }
  }

  private static boolean ended(Thread thread) {
    if (thread == Thread.currentThread()) {
      return true;
    }
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
