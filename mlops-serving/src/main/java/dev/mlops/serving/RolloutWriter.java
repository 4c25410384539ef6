package dev.mlops.serving;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Plural;
import dev.mlops.rollout.RolloutListener;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.Verdict;
import dev.mlops.serving.RolloutLedger.Durable;
import dev.mlops.serving.RolloutLedger.Exchanged;
import dev.mlops.serving.RolloutLedger.Own;
import dev.mlops.serving.RolloutLedger.Told;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the entries of a rollout durable, on another thread than the requests: no request may wait
 * for a database. What can't be written now stays, in its order, and is tried again by the next
 * write.
 */
final class RolloutWriter {

  /** Takes in that something became durable. */
  @FunctionalInterface
  interface Change {

    /**
     * Routes by what is durable now.
     *
     * @param before the state before
     * @return what is left to do outside every lock
     */
    Runnable written(RolloutState before);
  }

  /**
   * Nothing could be written for some time.
   *
   * @param since the first attempt that failed
   * @param why what the latest attempt failed with
   */
  record Outage(Instant since, String why) {}

  /** An entry that was added, to be taken back if it can't be written. */
  record Added(long sequence) {}

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);
  private static final long AGAIN_NANOS = 1_000_000_000;

  private final String router;
  private final RolloutLedger ledger;
  private final Executor executor;
  private final Clock clock;
  private final LongSupplier ticker;
  private final List<RolloutListener> listeners;
  private final Bookkeeping bookkeeping;
  private final Supplier<Verdict.Labels> labels;
  private final ReentrantLock writing = new ReentrantLock();
  private final Deque<Own> waiting = new ArrayDeque<>();
  private final AtomicBoolean asked = new AtomicBoolean();
  private final ReentrantLock telling = new ReentrantLock();
  private final Queue<Told> untold = new ConcurrentLinkedQueue<>();
  private Change change = before -> () -> {};
  private volatile Durable durable;
  private volatile @Nullable Long failedAt;
  private volatile @Nullable Outage outage;
  private long nextSequence;

  RolloutWriter(
      RouterSetup<?, ?> setup,
      RolloutLedger ledger,
      Durable durable,
      Executor executor,
      Clock clock,
      LongSupplier ticker,
      Bookkeeping bookkeeping,
      Supplier<Verdict.Labels> labels) {
    this.router = setup.name();
    this.listeners = setup.listeners();
    this.ledger = ledger;
    this.durable = durable;
    this.executor = executor;
    this.clock = clock;
    this.ticker = ticker;
    this.bookkeeping = bookkeeping;
    this.labels = labels;
  }

  void onChange(Change listener) {
    change = listener;
  }

  long id() {
    return ledger.id();
  }

  Durable durable() {
    return durable;
  }

  @CanIgnoreReturnValue
  Added add(RolloutEntry entry) {
    synchronized (waiting) {
      waiting.add(new Own(nextSequence, entry));
      return new Added(nextSequence++);
    }
  }

  /** The entries that are not durable yet. */
  List<RolloutEntry> waiting() {
    return own().stream().map(Own::entry).toList();
  }

  /** Since when nothing can be written; null if the last attempt went well. */
  @Nullable Outage outage() {
    return outage;
  }

  /** Has another thread write what waits. */
  void writeLater() {
    if (asked.compareAndSet(false, true)) {
      later(
          () -> {
            asked.set(false);
            write();
          });
    }
  }

  void later(Runnable task) {
    try {
      executor.execute(task);
    } catch (Throwable e) {
      asked.set(false);
      LOG.debug("router '{}': the executor takes no task; its timer writes", router, e);
    }
  }

  /** Writes what waits, unless nothing does, or the database has just refused it. */
  void writeSoon() {
    Long failed = failedAt;
    boolean again = failed == null || ticker.getAsLong() - failed > AGAIN_NANOS;
    if (again && !own().isEmpty()) {
      write();
    }
  }

  /** Writes what waits and reads what others have added; returns whether the database took it. */
  @CanIgnoreReturnValue
  boolean write() {
    try {
      exchange();
      return true;
    } catch (Throwable e) {
      failed(e);
      return false;
    }
  }

  /** Writes what waits, or throws and forgets the entry that was added. */
  void writeOrTakeBack(Added added) {
    try {
      exchange();
    } catch (RuntimeException | Error e) {
      synchronized (waiting) {
        waiting.removeIf(own -> own.sequence() == added.sequence());
      }
      failed(e);
      throw e;
    }
  }

  /** Writes for the last time; what can't be written is counted and told. */
  void close() {
    if (!write()) {
      int lost = own().size();
      bookkeeping.broken(
          "writing "
              + Plural.of(lost, "tick or act", "ticks and acts")
              + " of a rollout before the router closed",
          null);
    }
  }

  private void exchange() {
    Runnable after;
    Exchanged exchanged;
    writing.lock();
    try {
      Durable known = durable;
      List<Own> own = own();
      exchanged = ledger.exchange(known, own, labels);
      durable = exchanged.durable();
      synchronized (waiting) {
        waiting.removeAll(own);
      }
      isBack();
      after = change.written(known.record().state());
      if (!listeners.isEmpty()) {
        untold.addAll(exchanged.told());
      }
    } finally {
      writing.unlock();
    }
    after.run();
    if (!untold.isEmpty()) {
      later(this::tellAll);
    }
  }

  private List<Own> own() {
    synchronized (waiting) {
      return List.copyOf(waiting);
    }
  }

  private void failed(Throwable failure) {
    failedAt = ticker.getAsLong();
    Outage known = outage;
    if (known == null) {
      LOG.warn(
          "router '{}': what its rollout has counted waits, as it can't be written now; it is tried again",
          router,
          failure);
    }
    String message = failure.getMessage();
    outage =
        new Outage(
            known == null ? clock.instant() : known.since(),
            message == null ? failure.toString() : message);
  }

  private void isBack() {
    failedAt = null;
    Outage over = outage;
    outage = null;
    if (over != null) {
      LOG.info(
          "router '{}': what its rollout has counted is written again; it waited since {}",
          router,
          over.since());
    }
  }

  /**
   * Tells the listeners what they have not heard of, in order, one thread at a time. No other lock
   * is held: a listener may take as long as its pager, and nobody else waits for it.
   */
  private void tellAll() {
    while (!untold.isEmpty() && telling.tryLock()) {
      try {
        for (Told told = untold.poll(); told != null; told = untold.poll()) {
          tell(told);
        }
      } finally {
        telling.unlock();
      }
    }
  }

  /**
   * Tells what an executor has dropped, after the last write; what a busy listener holds up is
   * counted and told.
   */
  void tellRest() {
    tellAll();
    if (telling.isLocked()) {
      bookkeeping.broken(
          "telling listeners of the last transitions, as one of them has not come back,", null);
    }
  }

  private void tell(Told told) {
    for (RolloutListener listener : listeners) {
      try {
        listener.changed(
            new RolloutListener.Change(
                durable.record().terms(), told.transition(), told.sentence(), told.certificate()));
      } catch (Throwable e) {
        bookkeeping.broken("telling a listener of " + told.transition().state(), e);
      }
    }
  }
}
