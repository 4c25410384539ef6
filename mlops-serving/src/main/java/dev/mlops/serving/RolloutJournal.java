package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Journal;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.rollout.Certificates;
import dev.mlops.rollout.RolloutListener;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens on a router to the workspace's journal, on another thread than the requests:
 * a transition is decided by a request, and no request may wait for a database. The event of a
 * transition and its certificate are written in one transaction, so nobody reads of a transition
 * whose certificate is missing; then the listeners are told.
 *
 * <p>Entries wait in a queue of this class and keep their order; the executor is only asked to
 * write what waits. So one that drops tasks loses nothing: who flushes or closes writes the rest.
 * An entry that the database can't take now stays, and is tried again by the next write, whatever
 * was thrown: a pool that is closed for a moment throws what it likes. Only one that is bad itself
 * is counted and given up, so that those behind it are written: it is invalid, or the database
 * takes the next one.
 */
final class RolloutJournal {

  /** What is written later: the text of a certificate takes its time. */
  private record Waiting(String kind, Runnable write, Runnable tell) {}

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);

  private final Journal journal;
  private final Certificates certificates;
  private final Executor executor;
  private final String router;
  private final List<RolloutListener> listeners;
  private final Bookkeeping bookkeeping;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final ReentrantLock writing = new ReentrantLock();
  private final AtomicBoolean waits = new AtomicBoolean();

  RolloutJournal(
      Workspace workspace, Executor executor, RouterSetup<?, ?> setup, Bookkeeping bookkeeping) {
    this.journal = workspace.journal();
    this.certificates = Certificates.of(workspace);
    this.executor = executor;
    this.router = setup.name();
    this.listeners = setup.listeners();
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
    String kind = kind(transition.state());
    add(
        new Waiting(
            kind,
            () -> certificates.store(certificate, event(kind, transition, sentence, certificate)),
            () -> tell(kind, transition, sentence, certificate)));
  }

  private Entry event(
      String kind, Transition transition, String sentence, Certificate certificate) {
    RolloutTerms terms = certificate.terms();
    return entry(kind)
        .actor(transition.actor())
        .outcome(outcome(transition.state()))
        .subject("certificate", certificate.digest())
        .detail("live", terms.live())
        .detail("candidate", terms.candidate())
        .detail("state", transition.state().toString())
        .detail("cause", transition.cause().name())
        .detail("ticks", Integer.toString(transition.afterTicks()))
        .detail("evidence", sentence);
  }

  private void tell(String kind, Transition transition, String sentence, Certificate certificate) {
    for (RolloutListener listener : listeners) {
      try {
        listener.changed(
            new RolloutListener.Change(
                certificate.terms(), transition, sentence, certificate.digest()));
      } catch (Throwable e) {
        bookkeeping.broken("telling a listener of " + kind, e);
      }
    }
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
      bookkeeping.broken("writing the event " + lost.kind + " before the router closed", null);
      done(lost);
    }
  }

  /** Returns what kept the entry from being written, or null. */
  private @Nullable Throwable appended(Waiting next) {
    try {
      next.write.run();
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
    done(newer);
    return true;
  }

  private void remove(Waiting written, @Nullable Throwable failure) {
    if (failure != null) {
      bookkeeping.broken("writing the event " + written.kind, failure);
    }
    done(written);
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

  private void done(Waiting event) {
    synchronized (waiting) {
      waiting.remove(event);
    }
    event.tell.run();
  }

  private void append(String kind, UnaryOperator<Entry> details) {
    add(new Waiting(kind, () -> journal.append(details.apply(entry(kind))), () -> {}));
  }

  private void add(Waiting event) {
    synchronized (waiting) {
      waiting.add(event);
    }
    write();
  }

  private Entry entry(String kind) {
    return Entry.of(kind).about("router", router).detail("router", router);
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

  /** Not all is well when a rollout is held or taken back; who filters by outcome must see it. */
  private static String outcome(RolloutState state) {
    if (state instanceof RolloutState.Held) {
      return "held";
    }
    return state instanceof RolloutState.RolledBack ? "rolled_back" : "ok";
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
