package dev.mlops.serving;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Journal;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens on a router to the workspace's journal, on another thread than the requests:
 * a transition is decided by a request, and no request shall wait for a database.
 *
 * <p>Entries wait in a queue of this class and keep their order; the executor is only asked to
 * write what waits. So one that drops tasks loses nothing: who flushes or closes writes the rest.
 * An entry that the database can't take now stays, and is tried again by the next write, whatever
 * was thrown: a pool that is closed for a moment throws what it likes. Only one that is bad itself
 * is counted and given up, so that those behind it are written: it is invalid, or the database
 * takes the next one.
 */
final class RolloutJournal {

  /** An entry that is made when it is written: the digest of a certificate takes its time. */
  private record Waiting(String kind, Supplier<Entry> entry) {}

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);

  private final Journal journal;
  private final Executor executor;
  private final String router;
  private final Bookkeeping bookkeeping;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final ReentrantLock writing = new ReentrantLock();
  private final AtomicBoolean waits = new AtomicBoolean();

  RolloutJournal(Journal journal, Executor executor, String router, Bookkeeping bookkeeping) {
    this.journal = journal;
    this.executor = executor;
    this.router = router;
    this.bookkeeping = bookkeeping;
  }

  void started(RolloutTerms terms, Candidate<?, ?> live, Candidate<?, ?> candidate, Actor actor) {
    append(
        "rollout.started",
        entry ->
            subjects(entry.actor(actor), live, candidate)
                .detail("live", terms.live())
                .detail("candidate", terms.candidate())
                .detail("shares", terms.shares().toString())
                .detail("deadline", terms.deadline().toString()));
  }

  void replaced(Candidate<?, ?> before, Candidate<?, ?> after) {
    append(
        "deployment.replaced",
        entry ->
            subjects(entry, before, after)
                .detail("live", before.toString())
                .detail("candidate", after.toString()));
  }

  void changed(Transition transition, String sentence, Certificate certificate) {
    RolloutTerms terms = certificate.terms();
    append(
        kind(transition.state()),
        entry ->
            entry
                .actor(transition.actor())
                .subject("certificate", certificate.digest())
                .detail("live", terms.live())
                .detail("candidate", terms.candidate())
                .detail("state", transition.state().toString())
                .detail("cause", transition.cause().name())
                .detail("ticks", Integer.toString(transition.afterTicks()))
                .detail("evidence", sentence));
  }

  boolean isEmpty() {
    synchronized (waiting) {
      return waiting.isEmpty();
    }
  }

  /** Asks the executor to write what waits, if anything does. */
  void write() {
    if (isEmpty()) {
      return;
    }
    try {
      executor.execute(this::flush);
    } catch (Throwable e) {
      LOG.debug(
          "router '{}': the executor takes no task; its events wait to be written", router, e);
    }
  }

  /** Writes what waits, on this thread, until one entry must be tried again later. */
  void flush() {
    writing.lock();
    try {
      boolean going = true;
      for (Waiting next = oldest(); next != null && going; next = oldest()) {
        Throwable failure = appended(next);
        going = failure == null || isItsOwn(failure) || takesNewer(failure);
        if (going) {
          remove(next, failure);
        } else {
          tellWaiting(next, failure);
        }
      }
    } finally {
      writing.unlock();
    }
  }

  /** Writes what waits for the last time; what can't be written is counted and told. */
  void close() {
    flush();
    for (Waiting lost = oldest(); lost != null; lost = oldest()) {
      forget(lost);
      bookkeeping.broken("writing the event " + lost.kind + " before the router closed", null);
    }
  }

  /** Returns what kept the entry from being written, or null. */
  private @Nullable Throwable appended(Waiting next) {
    try {
      journal.append(next.entry.get());
      waits.set(false);
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  private static boolean isItsOwn(Throwable failure) {
    return failure instanceof InvalidInputException;
  }

  /**
   * Whether an entry failed by itself, not the database: then the database takes the next one. A
   * failure that says it is the database's is believed.
   */
  private boolean takesNewer(@Nullable Throwable failure) {
    Waiting newer = failure instanceof StorageException ? null : newer();
    if (newer == null || appended(newer) != null) {
      return false;
    }
    forget(newer);
    return true;
  }

  private void remove(Waiting written, @Nullable Throwable failure) {
    forget(written);
    if (failure != null) {
      bookkeeping.broken("writing the event " + written.kind, failure);
    }
  }

  private void tellWaiting(Waiting next, @Nullable Throwable failure) {
    if (waits.compareAndSet(false, true)) {
      LOG.warn(
          "router '{}': the event {} waits, as it can't be written now; it is tried again",
          router,
          next.kind,
          failure);
    }
  }

  private @Nullable Waiting oldest() {
    synchronized (waiting) {
      return waiting.peek();
    }
  }

  private @Nullable Waiting newer() {
    synchronized (waiting) {
      return waiting.stream().skip(1).findFirst().orElse(null);
    }
  }

  private void forget(Waiting entry) {
    synchronized (waiting) {
      waiting.remove(entry);
    }
  }

  private void append(String kind, UnaryOperator<Entry> details) {
    synchronized (waiting) {
      waiting.add(new Waiting(kind, () -> details.apply(Entry.of(kind).detail("router", router))));
    }
    write();
  }

  private static Entry subjects(Entry entry, Candidate<?, ?> live, Candidate<?, ?> candidate) {
    Entry with = entry;
    if (live.digest().isPresent()) {
      with = with.subject("live", live.digest().get());
    }
    if (candidate.digest().isPresent()) {
      with = with.subject("candidate", candidate.digest().get());
    }
    return with;
  }

  private static String kind(RolloutState state) {
    if (state instanceof RolloutState.Running) {
      return "rollout.stepped";
    }
    if (state instanceof RolloutState.Held) {
      return "rollout.held";
    }
    return state instanceof RolloutState.Promoted ? "rollout.promoted" : "rollout.rolled_back";
  }
}
