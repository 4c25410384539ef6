package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.error.BackgroundThread;
import dev.mlops.error.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of one tracker that have not ended, and what keeps their points from being lost or late:
 * every second, when the workspace closes, and when the process exits, what waits is stored. Thread
 * and hook are there only while a run is.
 */
final class OpenRuns implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OpenRuns.class);

  private static final Duration LONGEST_EXIT = Duration.ofSeconds(10);

  private final Workspace workspace;
  private final RunRecords records;
  private final Ticker ticker;
  private final RunLease lease;
  private final Set<Run> runs = ConcurrentHashMap.newKeySet();
  private @Nullable Runnable stop;

  OpenRuns(Workspace workspace, RunRecords records, Ticker ticker, RunLease lease) {
    this.workspace = workspace;
    this.records = records;
    this.ticker = ticker;
    this.lease = lease;
  }

  /**
   * Opens a run.
   *
   * @param start writes it to the database, with the token of the lease that says it is alive
   */
  synchronized Run begin(LongFunction<RunRecords.Started> start) {
    try {
      Run run = new Run(records, start.apply(lease.token()));
      runs.add(run);
      if (stop == null) {
        stop = started();
      }
      return run;
    } finally {
      releaseIfIdle();
    }
  }

  boolean isOwn(long token) {
    return lease.isToken(token);
  }

  private void releaseIfIdle() {
    if (runs.isEmpty()) {
      lease.release();
    }
  }

  synchronized void remove(Run run) {
    if (runs.remove(run) && runs.isEmpty()) {
      stop();
      releaseIfIdle();
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
    reviveIfLost();
    each(Run::storeWaiting);
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
      runs.forEach(run -> records.revive(run.started(), token));
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
      LOG.warn("the process exits before the database has taken all metric points");
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
        LOG.warn("points of run '{}' could not be stored", run.name(), e);
      }
    }
  }

  /**
   * Stores what waits, before the workspace closes; from here on these runs take no points.
   *
   * @throws StorageException if points of a run could not be stored; those of the others were
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
              "the workspace closes, and metric points of run '"
                  + run.name()
                  + "' could not be stored: "
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
