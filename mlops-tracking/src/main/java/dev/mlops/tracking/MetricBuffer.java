package dev.mlops.tracking;

import dev.mlops.error.StorageException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The points of one run that wait to be stored.
 *
 * <p>A timer stores them, see {@link OpenRuns}; a thread that logs faster than that stores them
 * itself. When the database does not take them, only the timer tries again, less and less often: an
 * attempt may block for its time limit, and no training waits for that.
 */
final class MetricBuffer {

  private static final Logger LOG = LoggerFactory.getLogger(MetricBuffer.class);
  private static final int MANY = 8_192;
  private static final int LIMIT = 1_000_000;
  private static final int LONGEST_PAUSE = 30;

  private final RunRecords records;
  private final RunRecords.Started run;
  private final Function<String, IllegalStateException> ending;
  private final Map<String, MetricSeries> series = new ConcurrentHashMap<>();
  private final ReentrantLock flushing = new ReentrantLock();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean healthy = true;
  private volatile boolean ended;
  private int pause;
  private int sinceFailure;

  /**
   * Gathers the points of a run.
   *
   * @param ending says why something cannot be done any more
   */
  MetricBuffer(
      RunRecords records, RunRecords.Started run, Function<String, IllegalStateException> ending) {
    this.records = records;
    this.run = run;
    this.ending = ending;
  }

  long micros() {
    return records.micros();
  }

  IllegalStateException alreadyEnded(String what) {
    return ending.apply(what);
  }

  MetricSeries series(String name) {
    MetricSeries wanted = series.computeIfAbsent(name, absent -> new MetricSeries(this, absent));
    if (ended) {
      wanted.end();
    }
    return wanted;
  }

  boolean takesPoint() {
    if (waiting.get() < LIMIT) {
      return true;
    }
    if (dropped.getAndIncrement() == 0) {
      LOG.warn(
          "run '{}' drops metric points: {} wait for the database; flush() and close() will say how many",
          run.name(),
          LIMIT);
    }
    return false;
  }

  void gathered() {
    if (waiting.incrementAndGet() % MANY == 0 && healthy) {
      storeQuietly();
    }
  }

  /** Stores what waits, unless the last attempt failed a moment ago; called once a second. */
  void tick() {
    if (healthy || ++sinceFailure >= pause) {
      sinceFailure = 0;
      storeQuietly();
      pause = healthy ? 0 : Math.min(LONGEST_PAUSE, Math.max(1, pause * 2));
    }
  }

  private void storeQuietly() {
    if (flushing.tryLock()) {
      try {
        store(pending -> records.points(run, pending));
      } catch (RuntimeException | Error e) {
        failed(e);
      } finally {
        flushing.unlock();
      }
    }
  }

  private void failed(Throwable e) {
    if (healthy) {
      healthy = false;
      LOG.warn(
          "metric points of run '{}' wait in memory: the database does not take them",
          run.name(),
          e);
    }
  }

  void flush() {
    locked(pending -> records.points(run, pending));
    refuseIfDropped();
  }

  /** Stores what is left together with the end of the run; from here on no series takes a point. */
  void end(Consumer<List<MetricSeries.Pending>> store) {
    ended = true;
    series.values().forEach(MetricSeries::end);
    locked(store);
    refuseIfDropped();
  }

  private void locked(Consumer<List<MetricSeries.Pending>> store) {
    flushing.lock();
    try {
      store(store);
    } finally {
      flushing.unlock();
    }
  }

  private void store(Consumer<List<MetricSeries.Pending>> store) {
    List<MetricSeries.Pending> pending =
        series.values().stream()
            .filter(MetricSeries::isPending)
            .map(MetricSeries::pending)
            .toList();
    store.accept(pending);
    pending.forEach(MetricSeries.Pending::markStored);
    waiting.addAndGet(-pending.stream().mapToLong(one -> one.points().size()).sum());
    healthy = true;
  }

  private void refuseIfDropped() {
    long lost = dropped.getAndSet(0);
    if (lost > 0) {
      throw new StorageException(
          "run '"
              + run.name()
              + "' dropped "
              + lost
              + " metric points while the database was away: more than "
              + LIMIT
              + " were waiting");
    }
  }

  @Override
  public String toString() {
    return "run '" + run.name() + "'";
  }
}
