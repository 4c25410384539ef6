package dev.mlops.predictions;

import dev.mlops.error.BackgroundThread;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that writes records in batches, from a bounded queue into which request threads put
 * them without waiting.
 *
 * <p>A batch is written when it has 8,192 records, when 50 ms have passed since its first, or when
 * somebody flushes. A flush travels through the same queue, so whatever was put in before it is
 * settled when it is answered. While the database is away the queue fills; once it is full the
 * newest records are dropped. Not even an Error ends the thread: all logging depends on it.
 */
final class RecordWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionLog.class);
  private static final int BATCH = SegmentWriter.FULL;
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final Duration LAST_WAIT = Duration.ofSeconds(1);

  private final int capacity;
  private final Duration patience;
  private final BlockingQueue<Item> queue;
  private final Tally tally = new Tally();
  private final PersistentInsert inserting;
  private final Thread thread = BackgroundThread.of("mlops-prediction-log", this);
  private final CountDownLatch givenUp = new CountDownLatch(1);
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private volatile boolean closed;

  // Used by the writing thread only.
  private final List<PredictionRecord> batch = new ArrayList<>(BATCH);

  /**
   * Makes the writer; {@link #start} starts it.
   *
   * @param patience how long flushing and closing wait while the database takes nothing
   */
  RecordWriter(Database database, SegmentWriter segments, int capacity, Duration patience) {
    this.capacity = capacity;
    this.patience = patience;
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.inserting = new PersistentInsert(database, segments, tally, this::pause);
  }

  void start() {
    thread.start();
  }

  LogCounts counts() {
    return tally.counts();
  }

  boolean offer(PredictionRecord prediction) {
    Optional<String> refusal = prediction.refusal();
    if (refusal.isPresent()) {
      tally.refused(refusal.get());
      return false;
    }
    Item item = new Item(prediction, null);
    boolean taken = !closed && queue.offer(item);
    // Put in while the log was being closed: taken back, unless it was written after all.
    taken = taken && !(closed && queue.remove(item));
    if (taken) {
      tally.taken();
    } else {
      tally.dropped(closed ? "the log is closed" : "the queue is full, with " + capacity);
    }
    return taken;
  }

  /** Waits until all that was put in before is settled, and reports no loss. */
  void settle() {
    Flush flush = new Flush(false, true);
    if (!isAnswered(flush)) {
      flush.abandon();
    }
  }

  /** Waits until all that was put in before is settled, as long as the database takes records. */
  void flush() {
    Flush flush = new Flush(false, false);
    if (!isAnswered(flush) && flush.abandon()) {
      long waiting = tally.counts().pending();
      throw new StorageException(
          "%s not written yet, since the database has taken none for %s; %s kept and tried again%s"
              .formatted(
                  Plural.of(waiting, "prediction is", "predictions are"),
                  Exactly.duration(patience),
                  Plural.words(waiting, "it is", "they are"),
                  because(inserting.lastFailure())),
          inserting.lastFailure());
    }
    flush.report();
  }

  /** Writes what is waiting as long as the database takes records, and counts the rest as lost. */
  void close() {
    closed = true;
    Flush last = new Flush(true, false);
    if (!isAnswered(last)) {
      giveUp();
      answer(last);
    }
    last.report();
  }

  private boolean isAnswered(Flush flush) {
    Item item = new Item(null, flush);
    boolean put = false;
    long before;
    do {
      before = tally.settled();
      put = put || isDone(nanos -> queue.offer(item, nanos, TimeUnit.NANOSECONDS), patience);
      if (put && isDone(nanos -> flush.await(nanos, ended), patience)) {
        return true;
      }
    } while (tally.settled() > before);
    return false;
  }

  /** Has the thread count what is left as lost; if it hangs in the database, does that itself. */
  private void giveUp() {
    givenUp.countDown();
    if (isDone(nanos -> new Flush(true, false).await(nanos, ended), LAST_WAIT)) {
      return;
    }
    Throwable cause = inserting.lastFailure();
    StorageException hanging =
        new StorageException(
            "the database has not answered for " + Exactly.duration(patience), cause);
    for (Item item = queue.poll(); item != null; item = queue.poll()) {
      if (item.record() != null) {
        tally.lost(1, hanging);
      } else if (item.flush() != null) {
        answer(item.flush());
      }
    }
  }

  /** Waits whatever interrupts: an application that shuts down must lose nothing. */
  private static boolean isDone(Wait wait, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return wait.until(deadline - System.nanoTime());
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void run() {
    boolean open = true;
    while (open) {
      open = turn();
    }
    ended.complete(true);
  }

  /** Settles one batch, and tells whether another may come. */
  private boolean turn() {
    Flush flush = null;
    try {
      flush = fill();
      settleBatch();
      if (flush != null) {
        answer(flush);
      }
    } catch (Throwable e) {
      survive(e);
    }
    boolean isLast = flush != null && flush.isLast();
    return !isLast && !(isGivenUp() && queue.isEmpty());
  }

  private @Nullable Flush fill() {
    Item item = poll(Long.MAX_VALUE);
    long deadline = System.nanoTime() + LINGER_NANOS;
    while (item != null && item.record() != null) {
      batch.add(item.record());
      item = batch.size() == BATCH ? null : poll(deadline - System.nanoTime());
    }
    return item == null ? null : item.flush();
  }

  private @Nullable Item poll(long nanos) {
    try {
      return queue.poll(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // Nobody but a flush ends this thread.
      return null;
    }
  }

  private void settleBatch() {
    try {
      inserting.settle(batch);
    } finally {
      batch.clear();
    }
  }

  /** Waits before the next attempt; false if there is none. */
  private boolean pause(long nanos) {
    try {
      return !givenUp.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return !isGivenUp();
    }
  }

  private boolean isGivenUp() {
    return givenUp.getCount() == 0;
  }

  private void answer(Flush flush) {
    if (flush.isQuiet()) {
      flush.answer(Optional.empty());
      return;
    }
    long lost = tally.takeUnreported();
    Throwable cause = tally.failure();
    Optional<StorageException> loss =
        lost == 0
            ? Optional.empty()
            : Optional.of(new StorageException(loss(lost) + because(cause), cause));
    if (!flush.answer(loss)) {
      tally.report(lost);
    }
  }

  private String loss(long lost) {
    String sentence =
        "%s could not be written since the last flush and %s lost"
            .formatted(Plural.of(lost, "prediction"), Plural.words(lost, "is", "are"));
    long hanging = isGivenUp() ? tally.counts().pending() : 0;
    return hanging == 0
        ? sentence
        : sentence
            + ", and of "
            + Plural.grouped(hanging)
            + " more it is unknown, since the database does not answer";
  }

  private static String because(@Nullable Throwable cause) {
    return cause == null ? "" : ": " + cause.getMessage();
  }

  private static void survive(Throwable failure) {
    try {
      LOG.error("the thread that writes predictions has failed and goes on", failure);
    } catch (Throwable again) {
      failure.addSuppressed(again);
    }
  }

  /** What waits in the queue: a record, or somebody who wants all before to be settled. */
  private record Item(@Nullable PredictionRecord record, @Nullable Flush flush) {}

  private interface Wait {
    boolean until(long nanos) throws InterruptedException;
  }
}
