package dev.mlops.serving;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Plural;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Reason;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.serving.RolloutEntry.Act;
import dev.mlops.stats.BadEventProcess;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A candidate on its way to become the live model, judged while requests flow. Made by {@link
 * Canary#start()}, or resumed when its router is opened again.
 *
 * <p>The rules are those of {@link Guard} and {@link Canary}. What is judged is durable before it
 * is visible: a state that {@link #state()} has returned is not lost with the process. Several
 * processes may take part; each sees what the others have added within a second. Safe for use by
 * many threads; requests meet its lock only once in a tick, never while a model answers or the
 * database is asked.
 */
public final class Rollout {

  private final Object lock = new Object();
  private final RolloutTerms terms;
  private final Clock clock;
  private final Actor actor;
  private final Switchboard switchboard;
  private final RolloutWriter writer;
  private final Supplier<String> missing;
  private RolloutRecord ahead;
  private boolean withdrawn;
  private boolean stopped;

  /**
   * Takes part in a rollout of which the writer knows what is durable.
   *
   * @param missing says in words which processes are gone
   */
  Rollout(
      Actor actor,
      Clock clock,
      Switchboard switchboard,
      RolloutWriter writer,
      Supplier<String> missing) {
    this.ahead = writer.durable().record().copy();
    this.terms = ahead.terms();
    this.clock = clock;
    this.actor = actor;
    this.switchboard = switchboard;
    this.writer = writer;
    this.missing = missing;
    writer.onChange(this::written);
  }

  /**
   * Returns where the rollout stands now; a passed deadline counts, even if there were no requests.
   *
   * @return the state, which is durable
   */
  public RolloutState state() {
    look();
    return durable().state();
  }

  /**
   * Returns what is known now.
   *
   * @return the state and each guard's evidence
   */
  public Verdict verdict() {
    look();
    Verdict verdict = durable().verdict(clock.instant(), switchboard.labels());
    return verdict
        .adding(missing.get())
        .adding(notWritten(writer.waiting().size(), writer.outage()));
  }

  private String notWritten(int waiting, RolloutWriter.@Nullable Outage outage) {
    if (waiting == 0 && outage == null) {
      return "";
    }
    String entries = waiting == 0 ? "nothing" : Plural.of(waiting, "tick or act", "ticks and acts");
    return (outage == null
            ? ". Not written yet: " + entries
            : ". Since %s nothing can be written (%s). Waiting: %s"
                .formatted(outage.since(), outage.why(), entries))
        + (isWithdrawn()
            ? "; until then the candidate gets no requests of this process, as they speak against it"
            : outage == null ? "" : "; until then the candidate keeps its share in this process");
  }

  /**
   * Returns the path of the evidence.
   *
   * @return every tick so far, in the order in which they were judged; an unmodifiable copy
   */
  public List<Certificate.Tick> ticks() {
    look();
    return durable().ticks();
  }

  /**
   * Returns everything that the state depends on, to be recomputed by anyone.
   *
   * @return the certificate up to now
   */
  public Certificate certificate() {
    look();
    return durable().certificate();
  }

  /**
   * Makes the candidate the live model, whatever the evidence.
   *
   * @param reason why, and by whom if not by the workspace's actor
   * @throws IllegalStateException if the rollout is over or the router closed
   * @throws dev.mlops.error.StorageException if it can't be written; nothing has changed then,
   *     unless the database took it and its answer was lost: {@link #state} tells
   */
  public void promote(Reason reason) {
    decide(Act.Kind.PROMOTE, reason);
  }

  /**
   * Takes the candidate out of service, whatever the evidence; one that was promoted too. It gets
   * no more requests of this process at once, also if that can't be written now: it is written as
   * soon as it can be, and the other processes follow then.
   *
   * @param reason why, and by whom if not by the workspace's actor
   * @throws IllegalStateException if it is out of service already or the router closed
   */
  public void rollback(Reason reason) {
    decide(Act.Kind.ROLL_BACK, reason);
  }

  /**
   * Stops the steps until {@link #resume}. The share stays as it is; the guards stay armed and may
   * roll back; the deadline does not pass meanwhile.
   *
   * @param reason why, and by whom if not by the workspace's actor
   * @throws IllegalStateException unless the rollout is running, or if the router is closed
   * @throws dev.mlops.error.StorageException if it can't be written; nothing has changed then,
   *     unless the database took it and its answer was lost: {@link #state} tells
   */
  public void pause(Reason reason) {
    decide(Act.Kind.PAUSE, reason);
  }

  /**
   * Lets a paused rollout go on with the step in which it was.
   *
   * @param reason why, and by whom if not by the workspace's actor
   * @throws IllegalStateException unless the rollout is paused, or if the router is closed
   * @throws dev.mlops.error.StorageException if it can't be written; nothing has changed then,
   *     unless the database took it and its answer was lost: {@link #state} tells
   */
  public void resume(Reason reason) {
    decide(Act.Kind.RESUME, reason);
  }

  /**
   * Moves on to the next share, whatever the evidence; a paused rollout goes on with it.
   *
   * @param reason why, and by whom if not by the workspace's actor
   * @throws IllegalStateException unless the rollout is running or paused and has a next share
   *     below 100, or if the router is closed
   * @throws dev.mlops.error.StorageException if it can't be written; nothing has changed then,
   *     unless the database took it and its answer was lost: {@link #state} tells
   */
  public void step(Reason reason) {
    decide(Act.Kind.STEP, reason);
  }

  /**
   * Names the rollout and its state.
   *
   * @return one line
   */
  @Override
  public String toString() {
    return "rollout of %s on %s: %s"
        .formatted(terms.candidate(), terms.router(), durable().state());
  }

  long id() {
    return writer.id();
  }

  boolean isNumber(@Nullable Long number) {
    return number != null && number == id();
  }

  /** Whether the candidate is in service, with a share or as the live model. */
  boolean canBeTakenBack() {
    RolloutState state = state();
    return state instanceof RolloutState.Promoted
        ? switchboard.isLive()
        : !(state instanceof RolloutState.RolledBack);
  }

  RolloutState durableState() {
    return durable().state();
  }

  RolloutTerms terms() {
    return terms;
  }

  /** Judges a full tick; what speaks for a rollback acts at once, all else when it is written. */
  void tick(int guard, int step, BadEventProcess.Tick counts, CountedUnits units) {
    Instant now = clock.instant();
    synchronized (lock) {
      if (ahead.state().isOver()) {
        return;
      }
      RolloutEntry entry = new RolloutEntry.Counted(now, guard, step, counts, units);
      addTo(ahead, entry);
      writer.add(entry);
      withdrawIfBad();
    }
    writer.writeLater();
  }

  @CanIgnoreReturnValue
  private boolean addTo(RolloutRecord record, RolloutEntry entry) {
    return entry.notBefore(record).addTo(record, actor).isPresent();
  }

  /** Looks at the clock on another thread than that of a request. */
  void lookLater() {
    writer.later(this::look);
  }

  /** Looks at the clock, and at the requests that are under way for too long. */
  void look() {
    switchboard.sweep();
    Instant now = clock.instant();
    synchronized (lock) {
      boolean passed = ahead.state() instanceof RolloutState.Running && !now.isBefore(terms.ends());
      if (passed && !stopped) {
        RolloutEntry entry = new Act(now, Act.Kind.DEADLINE, "", actor);
        if (addTo(ahead, entry)) {
          writer.add(entry);
        }
      }
    }
    writer.writeSoon();
  }

  /** Reads what other processes have added. */
  void follow() {
    writer.write();
  }

  /** Writes all that was counted, because the router is being closed; it may be resumed later. */
  void stop() {
    switchboard.flush();
    synchronized (lock) {
      stopped = true;
    }
    writer.close();
  }

  /** Has listeners hear of what they have not heard yet; to be called last. */
  void tellRest() {
    writer.tellRest();
  }

  private void decide(Act.Kind kind, Reason reason) {
    Objects.requireNonNull(reason, "reason");
    look();
    Act act = new Act(clock.instant(), kind, reason.text(), reason.actorOr(actor));
    RolloutWriter.Added added;
    synchronized (lock) {
      requireOpenRouter();
      requireAllowed(act);
      requireWayBack(kind);
      added = writer.add(act);
      if (kind == Act.Kind.ROLL_BACK && !durable().state().isOver()) {
        withdrawn = true;
        switchboard.withdraw();
      }
    }
    if (kind == Act.Kind.ROLL_BACK) {
      writer.write();
    } else {
      writer.writeOrTakeBack(added);
    }
  }

  private void requireAllowed(Act act) {
    addTo(durable().copy(), act); // Throws with the state if it doesn't allow it.
  }

  /** A promoted candidate can be taken back as long as it is live, and something was before it. */
  private void requireWayBack(Act.Kind kind) {
    if (kind == Act.Kind.ROLL_BACK
        && durable().state() instanceof RolloutState.Promoted
        && !switchboard.isLive()) {
      throw new IllegalStateException(
          "%s was promoted, and can't be rolled back: it is not live any more, or the model before it is not loaded any more and the router has no .models(...) to open it; use replace(...)"
              .formatted(terms.candidate()));
    }
  }

  private void requireOpenRouter() {
    if (stopped) {
      throw new IllegalStateException(
          "router '%s' is closed, so nothing of its rollout can change".formatted(terms.router()));
    }
  }

  private RolloutRecord durable() {
    return writer.durable().record();
  }

  private boolean isWithdrawn() {
    synchronized (lock) {
      return withdrawn;
    }
  }

  private void withdrawIfBad() {
    if (!withdrawn && ahead.state() instanceof RolloutState.RolledBack) {
      withdrawn = true;
      switchboard.withdraw();
    }
  }

  /** Takes in what became durable; what still waits is judged on top of it. */
  private Runnable written(RolloutState before) {
    synchronized (lock) {
      RolloutRecord next = durable().copy();
      RolloutState state = next.state();
      for (RolloutEntry entry : writer.waiting()) {
        if (entry instanceof RolloutEntry.Counted && !next.state().isOver()) {
          addTo(next, entry);
        }
      }
      ahead = next;
      boolean bad = !state.isOver() && ahead.state() instanceof RolloutState.RolledBack;
      boolean returns = withdrawn && !bad;
      withdrawn = bad;
      if (bad) {
        switchboard.withdraw();
        return () -> {};
      }
      return returns || !state.equals(before) ? switchboard.route(state) : () -> {};
    }
  }
}
