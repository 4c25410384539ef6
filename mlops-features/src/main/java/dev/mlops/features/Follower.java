package dev.mlops.features;

import dev.mlops.error.BackgroundThread;
import dev.mlops.error.Exactly;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings live rows up to what other processes ingested, again and again. A failure is told once,
 * and the next attempt comes after the same time; meanwhile readers say by how much they lag.
 */
final class Follower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private final Runnable refresh;
  private final Duration every;
  private final Thread thread;
  private boolean stopped;
  private boolean failing;

  Follower(Runnable refresh, Duration every) {
    this.refresh = refresh;
    this.every = every;
    this.thread = BackgroundThread.of("mlops-features-follow", this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!isStopped()) {
      try {
        refresh.run();
        failing = false;
      } catch (RuntimeException e) {
        if (!failing && !isStopped()) {
          LOG.warn(
              "cannot follow what others ingest; trying again every {}",
              Exactly.duration(every),
              e);
        }
        failing = true;
      }
    }
  }

  /** Waits for the next time. */
  private synchronized boolean isStopped() {
    long end = System.nanoTime() + every.toNanos();
    for (long left = every.toNanos(); !stopped && left > 0; left = end - System.nanoTime()) {
      try {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
    return stopped;
  }

  @Override
  public void close() {
    synchronized (this) {
      stopped = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
