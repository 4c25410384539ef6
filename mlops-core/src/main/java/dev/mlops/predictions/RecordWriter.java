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
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
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
 * somebody flushes. A flush knows how many records were put in before it, and is answered when they
 * are settled. While the database is away the queue fills; once it is full the newest records are
 * dropped. Not even an Error ends the thread: all logging depends on it.
 */
final class RecordWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionLog.class);
  private static final int BATCH = SegmentWriter.FULL;
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final Duration LAST_WAIT = Duration.ofSeconds(1);

  private final int capacity;
  private final Duration patience;
  private final Tally tally = new Tally();
  private final PersistentInsert inserting;
  private final Thread thread = BackgroundThread.of("mlops-prediction-log", this);
  private final RecordQueue queue;
  private final Queue<Flush> flushes = new ConcurrentLinkedQueue<>();
  private final CountDownLatch givenUp = new CountDownLatch(1);
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

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
    this.queue = new RecordQueue(capacity, BATCH, thread);
    this.inserting = new PersistentInsert(database, segments, tally, this::pause);
  }

  void start() {
    thread.start();
  }

  LogCounts counts() {
    return tally.counts(queue.given());
  }

  boolean offer(PredictionRecord prediction) {
    Optional<String> refusal = prediction.refusal();
    if (refusal.isPresent()) {
      tally.refused(refusal.get());
      return false;
    }
    boolean taken = queue.offer(prediction);
    if (!taken) {
      tally.dropped(queue.isClosed() ? "the log is closed" : "the queue is full, with " + capacity);
    }
    return taken;
  }

  /** Waits until all that was put in before is settled, and reports no loss. */
  void settle() {
    Flush flush = new Flush(queue.given(), false, true);
    if (!isAnswered(flush)) {
      flush.abandon();
    }
  }

  /** Waits until all that was put in before is settled, as long as the database takes records. */
  void flush() {
    Flush flush = new Flush(queue.given(), false, false);
    if (!isAnswered(flush) && flush.abandon()) {
      long waiting = counts().pending();
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
    queue.close();
    Flush last = new Flush(queue.given(), true, false);
    if (!isAnswered(last)) {
      giveUp();
      answer(last);
    }
    last.report();
  }

  private boolean isAnswered(Flush flush) {
    flushes.add(flush);
    queue.wake();
    long before;
    do {
      before = tally.settled();
      if (isDone(nanos -> flush.await(nanos, ended), patience)) {
        return true;
      }
    } while (tally.settled() > before);
    return false;
  }

  /** Has the thread count what is left as lost; if it hangs in the database, does that itself. */
  private void giveUp() {
    givenUp.countDown();
    if (isDone(nanos -> new Flush(queue.given(), true, false).await(nanos, ended), LAST_WAIT)) {
      return;
    }
    Throwable cause = inserting.lastFailure();
    StorageException hanging =
        new StorageException(
            "the database has not answered for " + Exactly.duration(patience), cause);
    while (queue.poll() != null) {
      tally.lost(1, hanging);
    }
    for (Flush flush = flushes.poll(); flush != null; flush = flushes.poll()) {
      answer(flush);
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
    boolean isLast = false;
    try {
      fill();
      settleBatch();
      for (Flush flush = due(); flush != null; flush = due()) {
        isLast |= flush.isLast();
        answer(flush);
      }
    } catch (Throwable e) {
      survive(e);
    }
    return !isLast && !(isGivenUp() && queue.taken() == queue.given());
  }

  /** Takes the next flush out of which all records are settled; null if there is none. */
  private @Nullable Flush due() {
    Flush flush = flushes.peek();
    return flush != null && flush.isBehind(queue.taken()) ? flushes.poll() : null;
  }

  /** Gathers a batch until it is full, its time is over, or somebody waits for it. */
  private void fill() {
    long deadline = 0;
    while (true) {
      boolean isFirst = batch.isEmpty();
      drain();
      if (isFirst) {
        deadline = System.nanoTime() + LINGER_NANOS;
      }
      Flush flush = flushes.peek();
      if (batch.size() == BATCH || (flush != null && flush.isBehind(queue.taken()))) {
        return;
      }
      if (flush != null) {
        Thread.onSpinWait(); // A record has its number, and is put in this very moment.
      } else if (batch.isEmpty()) {
        queue.sleep();
      } else if (deadline - System.nanoTime() > 0) {
        queue.sleep(deadline - System.nanoTime());
      } else {
        return;
      }
    }
  }

  private void drain() {
    while (batch.size() < BATCH) {
      PredictionRecord record = queue.poll();
      if (record == null) {
        return;
      }
      batch.add(record);
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
    long hanging = isGivenUp() ? counts().pending() : 0;
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

  private interface Wait {
    boolean until(long nanos) throws InterruptedException;
  }
}
