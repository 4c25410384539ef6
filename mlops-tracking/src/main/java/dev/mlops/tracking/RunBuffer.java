package dev.mlops.tracking;

import dev.mlops.error.ConflictException;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import dev.mlops.tracking.RunRecords.Begun;
import dev.mlops.tracking.RunRecords.Started;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one recorder of a run was told and what waits to be stored: the run itself at first, its
 * texts, its points.
 *
 * <p>A timer stores it, see {@link OpenRuns}; a thread that logs faster than that stores it itself.
 * When the database does not take it, only the timer tries again, less and less often: an attempt
 * may block for its time limit, and no training waits for that.
 */
final class RunBuffer {

  private static final Logger LOG = LoggerFactory.getLogger(RunBuffer.class);
  private static final int MANY = 8_192;
  private static final int LIMIT = 1_000_000;
  private static final int LONGEST_PAUSE = 30;

  private final RunWriter writer;
  private final Begun run;
  private final RunTexts texts;
  private final boolean synchronous;
  private final Function<String, IllegalStateException> ending;
  private final Map<String, MetricSeries> series = new ConcurrentHashMap<>();
  private final ReentrantLock flushing = new ReentrantLock();
  private final Object gathering = new Object();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final List<String> refused = new ArrayList<>();
  private volatile @Nullable Started stored;
  private volatile boolean healthy = true;
  private volatile boolean ended;
  private volatile boolean done;
  private boolean tried;
  private int pause;
  private int sinceFailure;

  /**
   * Gathers what a run is told.
   *
   * @param run what was begun
   * @param stored its place in the database, if it has one
   * @param params those that it has already
   * @param synchronous whether each thing is stored when it is told
   * @param ending says why something cannot be done any more
   */
  RunBuffer(
      RunWriter writer,
      Begun run,
      @Nullable Started stored,
      Map<String, String> params,
      boolean synchronous,
      Function<String, IllegalStateException> ending) {
    this.writer = writer;
    this.run = run;
    this.stored = stored;
    this.texts = new RunTexts(run.name(), params, run.environment(), ending);
    this.synchronous = synchronous;
    this.ending = ending;
  }

  /** Takes texts, which are stored by themselves, or now if each call is to be durable. */
  RunTexts texts() {
    return texts;
  }

  Begun run() {
    return run;
  }

  @Nullable Started stored() {
    return stored;
  }

  /** Whether it takes nothing any more. */
  boolean hasEnded() {
    return ended;
  }

  long micros() {
    return writer.micros();
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

  /** Returns the metrics that were asked for, in no order. */
  Collection<MetricSeries> allSeries() {
    return series.values();
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
    boolean isMany = waiting.incrementAndGet() % MANY == 0;
    if (synchronous) {
      flush();
    } else if (isMany && healthy) {
      storeQuietly();
    }
  }

  /**
   * Takes a batch, all of it or none: no store comes in between, so it is stored in one
   * transaction.
   */
  void takeAll(RunBatch batch) {
    long now = micros();
    synchronized (gathering) {
      texts.params(batch.params());
      batch.tags().forEach(texts::tag);
      for (RunBatch.Point point : batch.points()) {
        if (takesPoint()) {
          series(point.metric()).add(point.step(), now, point.value());
          waiting.incrementAndGet();
        }
      }
    }
    told();
  }

  /** A text was told. */
  void told() {
    if (synchronous) {
      flush();
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

  /** Stores the run if it is not yet, so that others can find it; the timer tries again. */
  void publish() {
    if (stored == null && healthy && !ended) {
      storeQuietly();
    }
  }

  /** Stores the run and its texts, so that who reads sees what was told before. */
  void settle() {
    if (healthy && !ended && (stored == null || texts.areWaiting())) {
      flushing.lock();
      try {
        storeOrSay();
      } finally {
        flushing.unlock();
      }
    }
  }

  private void storeQuietly() {
    if (flushing.tryLock()) {
      try {
        storeOrSay();
      } finally {
        flushing.unlock();
      }
    }
  }

  private void storeOrSay() {
    try {
      store(writer::store);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  private void failed(Throwable e) {
    if (healthy) {
      healthy = false;
      LOG.warn(
          "what run '{}' records waits in memory: the database does not take it", run.name(), e);
    }
  }

  void flush() {
    locked(writer::store);
    refuseIfLost();
  }

  /** Returns the run's place in the database, where it is put if it is not yet. */
  Started place() {
    Started place = stored;
    if (place == null) {
      locked(writer::store);
      place = stored;
    }
    if (place == null) {
      throw new IllegalStateException("run '" + run.name() + "' was stored and has no place");
    }
    return place;
  }

  /** Stores what is left together with the end of the run; from here on no series takes a point. */
  void end(Function<Waiting, Kept> store) {
    ended = true;
    series.values().forEach(MetricSeries::end);
    texts.end();
    locked(
        waiting -> {
          Kept kept = store.apply(waiting);
          done = true;
          return kept;
        });
    refuseIfLost();
  }

  private void locked(Function<Waiting, Kept> store) {
    flushing.lock();
    try {
      store(store);
    } finally {
      flushing.unlock();
    }
  }

  private void store(Function<Waiting, Kept> store) {
    if (done) {
      return;
    }
    Waiting gathered = gather();
    List<MetricSeries.Pending> points = gathered.points();
    tried = true;
    Kept kept = store.apply(gathered);
    stored = kept.place();
    texts.stored(gathered.texts());
    points.forEach(MetricSeries.Pending::markStored);
    waiting.addAndGet(-points.stream().mapToLong(one -> one.points().size()).sum());
    refused.addAll(kept.refused());
    healthy = true;
  }

  private Waiting gather() {
    synchronized (gathering) {
      List<MetricSeries.Pending> points =
          series.values().stream()
              .filter(MetricSeries::isPending)
              .map(MetricSeries::pending)
              .toList();
      return new Waiting(run, stored, tried, texts.waiting(), points);
    }
  }

  /** All that was lost is said at once: it is forgotten then. */
  private void refuseIfLost() {
    List<String> lost = new ArrayList<>();
    addDropped(lost, dropped.getAndSet(0), "metric point", "metric points", LIMIT + " were");
    addDropped(
        lost,
        texts.takeDropped(),
        "param, tag or other text",
        "params, tags or other texts",
        RunTexts.LIMIT + " characters were");
    String conflicts = String.join("; ", takeRefused());
    ConflictException conflict = conflicts.isEmpty() ? null : new ConflictException(conflicts);
    if (!lost.isEmpty()) {
      throw new StorageException(String.join("; ", lost), conflict);
    }
    if (conflict != null) {
      throw conflict;
    }
  }

  private void addDropped(List<String> lost, long count, String one, String many, String limit) {
    if (count > 0) {
      lost.add(
          "run '"
              + run.name()
              + "' dropped "
              + Plural.of(count, one, many)
              + " while the database was away: more than "
              + limit
              + " waiting");
    }
  }

  /** Of some params another recorder of the run was first with another value. */
  private List<String> takeRefused() {
    flushing.lock();
    try {
      List<String> all = List.copyOf(refused);
      refused.clear();
      return all;
    } finally {
      flushing.unlock();
    }
  }

  /**
   * What a run was told and the database has not.
   *
   * @param place its place in the database; null if it has none that is known
   * @param maybeStored whether it was tried before, and the database may have it
   */
  record Waiting(
      Begun run,
      @Nullable Started place,
      boolean maybeStored,
      RunTexts.Waiting texts,
      List<MetricSeries.Pending> points) {

    boolean isEmpty() {
      return place != null && texts.isEmpty() && points.isEmpty();
    }
  }

  /**
   * What was stored.
   *
   * @param refused what could not be, as another recorder was first
   */
  record Kept(@Nullable Started place, List<String> refused) {}

  @Override
  public String toString() {
    return "run '" + run.name() + "'";
  }
}
