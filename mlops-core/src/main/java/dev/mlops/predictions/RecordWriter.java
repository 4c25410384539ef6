package dev.mlops.predictions;

import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that writes records in batches, from a bounded queue into which request threads put
 * them without waiting.
 *
 * <p>A batch is written when it has 1,000 records, when 50 ms have passed since its first, or when
 * somebody flushes. A flush travels through the same queue, so whatever was put in before it is
 * durable when it is answered. A batch that fails is tried again a few times; one that holds a
 * known id is written without it; one that holds a record that no database takes is halved until
 * that record is alone.
 */
final class RecordWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionLog.class);
  private static final int BATCH = 1_000;
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Database database;
  private final BlockingQueue<Item> queue;
  private final Thread thread = new Thread(this, "mlops-prediction-log");
  private final LongAdder logged = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private volatile boolean closed;

  // Used by the writing thread only.
  private final List<PredictionRecord> batch = new ArrayList<>(BATCH);
  private long unreported;
  private @Nullable RuntimeException failure;
  private boolean failing;

  RecordWriter(Database database, int capacity) {
    this.database = database;
    this.queue = new ArrayBlockingQueue<>(capacity);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  boolean offer(PredictionRecord prediction) {
    Item item = new Item(prediction, null);
    boolean taken = !closed && queue.offer(item);
    // Put in while the log was being closed: taken back, unless it was written after all.
    taken = taken && !(closed && queue.remove(item));
    (taken ? logged : dropped).increment();
    return taken;
  }

  void flush() {
    if (!await(new Flush(new CompletableFuture<>(), false))) {
      throw closed
          ? new IllegalStateException("the prediction log is closed")
          : new StorageException("the thread that writes predictions has died; see its log");
    }
  }

  void close() {
    closed = true;
    if (!await(new Flush(new CompletableFuture<>(), true))) {
      throw new StorageException("the thread that writes predictions has died; see its log");
    }
  }

  LogCounts counts(long revised) {
    long settled = written.get();
    long lost = failed.get();
    long taken = Math.max(logged.sum(), settled + lost);
    return new LogCounts(taken, dropped.sum(), settled, lost, taken - settled - lost, revised);
  }

  /** Waits until all that was put in before is durable; false if nobody writes any more. */
  private boolean await(Flush flush) {
    put(new Item(null, flush));
    try {
      return flush.done().applyToEither(ended, answer -> answer).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof MlopsException known
          ? known
          : new StorageException("cannot flush", e);
    }
  }

  /** Waits for a place whatever interrupts: an application that shuts down must lose nothing. */
  private void put(Item item) {
    boolean interrupted = false;
    boolean taken = false;
    while (!taken && !ended.isDone()) {
      try {
        taken = queue.offer(item, LINGER_NANOS, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try {
      boolean open = true;
      while (open) {
        Flush flush = fill();
        writeBatch();
        open = flush == null || !flush.last();
        answer(flush);
      }
    } finally {
      ended.complete(false);
    }
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

  private void writeBatch() {
    if (!batch.isEmpty()) {
      write(List.copyOf(batch));
      batch.clear();
    }
  }

  private void write(List<PredictionRecord> records) {
    try {
      persistently(() -> insert(records));
      written.addAndGet(records.size());
      failing = false;
    } catch (InvalidInputException e) {
      isolate(records, e);
    } catch (RuntimeException e) {
      lose(records.size(), e);
    }
  }

  private void insert(List<PredictionRecord> records) {
    try {
      database.transaction(session -> insertAll(session, records));
    } catch (ConflictException known) {
      database.transaction(session -> insertAll(session, PredictionTable.absent(session, records)));
    }
  }

  private static boolean insertAll(Session session, List<PredictionRecord> records) {
    PredictionTable.insert(session, records);
    return true;
  }

  private static void persistently(Runnable work) {
    for (int attempt = 1; ; attempt++) {
      try {
        work.run();
        return;
      } catch (StorageException | ConflictException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(FIRST_PAUSE_NANOS << attempt);
      }
    }
  }

  private void isolate(List<PredictionRecord> records, InvalidInputException cause) {
    int half = records.size() / 2;
    if (half == 0) {
      lose(1, cause);
    } else {
      write(records.subList(0, half));
      write(records.subList(half, records.size()));
    }
  }

  private void lose(int records, RuntimeException cause) {
    if (!failing) {
      LOG.warn(
          "{} predictions cannot be written and are lost; later losses are counted only",
          records,
          cause);
    }
    failing = true;
    failed.addAndGet(records);
    unreported += records;
    failure = cause;
  }

  private void answer(@Nullable Flush flush) {
    if (flush == null) {
      return;
    }
    if (unreported == 0) {
      flush.done().complete(true);
    } else {
      String message =
          unreported + " predictions could not be written since the last flush and are lost";
      flush.done().completeExceptionally(new StorageException(message, failure));
      unreported = 0;
    }
  }

  /** What waits in the queue: a record, or somebody who wants all before to be durable. */
  private record Item(@Nullable PredictionRecord record, @Nullable Flush flush) {}

  private record Flush(CompletableFuture<Boolean> done, boolean last) {}
}
