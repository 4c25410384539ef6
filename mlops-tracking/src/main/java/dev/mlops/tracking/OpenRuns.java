package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.error.BackgroundThread;
import dev.mlops.error.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of one tracker that have not ended, and what keeps that which they record from being
 * lost or late: every second, when the workspace closes, and when the process exits, what waits is
 * stored. Thread and hook are there while a run is, and a second longer.
 */
final class OpenRuns implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OpenRuns.class);

  private static final Duration LONGEST_EXIT = Duration.ofSeconds(10);

  private final Workspace workspace;
  private final RunWriter writer;
  private final RunPacker packer;
  private final Ticker ticker;
  private final RunLease lease;
  private final Set<Run> runs = ConcurrentHashMap.newKeySet();
  private final AtomicInteger beginning = new AtomicInteger();
  private @Nullable Runnable stop;

  OpenRuns(Workspace workspace, RunWriter writer, RunPacker packer, Ticker ticker, RunLease lease) {
    this.workspace = workspace;
    this.writer = writer;
    this.packer = packer;
    this.ticker = ticker;
    this.lease = lease;
  }

  /**
   * Opens a run. The timer and the lease stay until it is open, although the database may be slow.
   *
   * @param start begins it
   */
  Run begin(Supplier<Run> start) {
    starting();
    try {
      Run run = start.get();
      runs.add(run);
      return run;
    } finally {
      beginning.decrementAndGet();
    }
  }

  private synchronized void starting() {
    beginning.incrementAndGet();
    if (stop == null) {
      stop = started();
    }
  }

  boolean isOwn(long token) {
    return lease.isToken(token);
  }

  void remove(Run run) {
    runs.remove(run);
  }

  /** Stores what was told, so that who reads sees it. */
  void settle() {
    runs.forEach(Run::settle);
  }

  /** Runs may come one after the other, so it is the timer that ends itself and the lease. */
  private synchronized void restIfIdle() {
    if (runs.isEmpty() && beginning.get() == 0) {
      stop();
      lease.release();
    }
  }

  private void stop() {
    if (stop != null) {
      stop.run();
      stop = null;
    }
  }

  private Runnable started() {
    Runnable takeBack = workspace.onClose(this);
    Runnable stopTicking = ticker.repeat(this::second);
    Thread hook = BackgroundThread.of("mlops-metrics-exit", this::storeWhileExiting);
    boolean hooked = hook(hook);
    return () -> {
      takeBack.run();
      stopTicking.run();
      if (hooked) {
        unhook(hook);
      }
    };
  }

  private void second() {
    runs.forEach(Run::measure);
    reviveIfLost();
    each(Run::storeWaiting);
    packer.packIfDue();
    restIfIdle();
  }

  /** A process that stood still was taken for dead; its runs go on. */
  private void reviveIfLost() {
    try {
      if (lease.isLost()) {
        revive();
      }
    } catch (RuntimeException | Error e) {
      LOG.warn("the open runs could not be said to be alive; the next attempt is in a second", e);
    }
  }

  private synchronized void revive() {
    lease.release();
    if (!runs.isEmpty()) {
      long token = lease.token();
      for (Run run : runs) {
        RunRecords.Started place = run.place();
        if (place != null) {
          writer.revive(place, token);
        }
      }
    }
  }

  /** A database that is away does not hold up the exit for long. */
  private void storeWhileExiting() {
    Thread storing = BackgroundThread.of("mlops-metrics-last", () -> each(Run::storeAll));
    storing.start();
    try {
      storing.join(LONGEST_EXIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (storing.isAlive()) {
      LOG.warn("the process exits before the database has taken all that the open runs recorded");
    }
  }

  private static boolean hook(Thread hook) {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      return true;
    } catch (IllegalStateException exiting) {
      return false;
    }
  }

  private static void unhook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException exiting) {
      // The hook runs already, and finds nothing to store.
    }
  }

  /** One run's trouble is not another's. */
  private void each(Consumer<Run> work) {
    for (Run run : runs) {
      try {
        work.accept(run);
      } catch (RuntimeException | Error e) {
        LOG.warn("what run '{}' recorded could not be stored", run.name(), e);
      }
    }
  }

  /**
   * Stores what waits, before the workspace closes; from here on these runs take nothing.
   *
   * @throws StorageException if what a run recorded could not be stored; the others' was
   */
  @Override
  public void close() {
    List<Run> open;
    synchronized (this) {
      open = List.copyOf(runs);
      runs.clear();
      stop();
    }
    StorageException failure = null;
    for (Run run : open) {
      failure = closed(run, failure);
    }
    packer.close();
    lease.release();
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable StorageException closed(Run run, @Nullable StorageException before) {
    try {
      run.detach();
      return before;
    } catch (RuntimeException e) {
      StorageException failure =
          new StorageException(
              "the workspace closes, and what run '"
                  + run.name()
                  + "' recorded could not be stored: "
                  + e.getMessage(),
              e);
      if (before == null) {
        return failure;
      }
      before.addSuppressed(failure);
      return before;
    }
  }
}
