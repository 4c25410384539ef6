package dev.mlops.tracking;

import dev.mlops.error.StorageException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The points of one run that wait to be stored.
 *
 * <p>The logging thread stores them itself, every so often, so there is no thread to start, to
 * forget or to wait for. A store that fails is tried again much later: a database that is away may
 * block each attempt for its time limit.
 */
final class MetricBuffer {

  private static final Logger LOG = LoggerFactory.getLogger(MetricBuffer.class);
  private static final int MANY = 8_192;
  private static final int LIMIT = 1_000_000;
  private static final long SECOND = 1_000_000;
  private static final long AFTER_FAILURE = 30 * SECOND;

  private final Run run;
  private final RunRecords records;
  private final Map<String, MetricSeries> series = new ConcurrentHashMap<>();
  private final ReentrantLock flushing = new ReentrantLock();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private volatile long flushAt;
  private volatile boolean healthy = true;
  private volatile boolean ended;

  MetricBuffer(Run run, RunRecords records) {
    this.run = run;
    this.records = records;
    this.flushAt = records.micros() + SECOND;
  }

  MetricSeries series(String name) {
    MetricSeries wanted = series.computeIfAbsent(name, absent -> new MetricSeries(run, absent));
    if (ended) {
      wanted.end();
    }
    return wanted;
  }

  boolean takesPoint() {
    if (waiting.get() < LIMIT) {
      return true;
    }
    dropped.incrementAndGet();
    flushIfDue(records.micros());
    return false;
  }

  void gathered(long micros) {
    if (waiting.incrementAndGet() % MANY == 0 && healthy) {
      flushQuietly();
    } else {
      flushIfDue(micros);
    }
  }

  private void flushIfDue(long micros) {
    if (micros >= flushAt) {
      flushQuietly();
    }
  }

  private void flushQuietly() {
    if (flushing.tryLock()) {
      try {
        store(pending -> records.points(run.started(), pending));
      } catch (RuntimeException e) {
        failed(e);
      } finally {
        flushing.unlock();
      }
    }
  }

  private void failed(RuntimeException e) {
    flushAt = records.micros() + AFTER_FAILURE;
    if (healthy) {
      healthy = false;
      LOG.warn(
          "metric points of run '{}' wait in memory: the database does not take them",
          run.name(),
          e);
    }
  }

  void flush() {
    locked(pending -> records.points(run.started(), pending));
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
    waiting.addAndGet(-pending.stream().mapToLong(MetricSeries.Pending::points).sum());
    healthy = true;
    flushAt = records.micros() + SECOND;
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
}
