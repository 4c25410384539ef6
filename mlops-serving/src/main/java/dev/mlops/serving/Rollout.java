package dev.mlops.serving;

import dev.mlops.journal.Actor;
import dev.mlops.journal.Reason;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.stats.BadEventProcess;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A candidate on its way to become the live model, judged while requests flow. Made by {@link
 * Canary#start()}.
 *
 * <p>The rules are those of {@link Guard} and {@link Canary}. Safe for use by many threads;
 * requests meet its lock only once in a tick, never while a model answers.
 */
public final class Rollout {

  private final Object lock = new Object();
  private final RolloutTerms terms;
  private final Clock clock;
  private final Actor actor;
  private final RolloutRecord record;
  private final Switchboard switchboard;
  private final RolloutJournal journal;
  private boolean stopped;

  Rollout(
      RolloutTerms terms,
      Clock clock,
      Actor actor,
      Switchboard switchboard,
      RolloutJournal journal) {
    this.terms = terms;
    this.clock = clock;
    this.actor = actor;
    this.record = RolloutRecord.start(terms);
    this.switchboard = switchboard;
    this.journal = journal;
  }

  /**
   * Returns where the rollout stands now; a passed deadline counts, even if there were no requests.
   *
   * @return the state
   */
  public RolloutState state() {
    look();
    synchronized (lock) {
      return record.state();
    }
  }

  /**
   * Returns what is known now.
   *
   * @return the state and each guard's evidence
   */
  public Verdict verdict() {
    look();
    synchronized (lock) {
      return record.verdict(clock.instant(), switchboard.labels());
    }
  }

  /**
   * Returns the path of the evidence.
   *
   * @return every tick so far, in the order in which they were judged; an unmodifiable copy
   */
  public List<Certificate.Tick> ticks() {
    synchronized (lock) {
      return record.ticks();
    }
  }

  /**
   * Returns everything that the state depends on, to be recomputed by anyone.
   *
   * @return the certificate up to now
   */
  public Certificate certificate() {
    synchronized (lock) {
      return record.certificate();
    }
  }

  /**
   * Makes the candidate the live model, whatever the evidence.
   *
   * @param reason why, and by whom if not by the workspace's actor
   * @throws IllegalStateException if the rollout is over or the router closed
   */
  public void promote(Reason reason) {
    Objects.requireNonNull(reason, "reason");
    decide(() -> record.promote(clock.instant(), reason.actorOr(actor), reason.text()));
  }

  /**
   * Takes the candidate out of service, whatever the evidence.
   *
   * @param reason why, and by whom if not by the workspace's actor
   * @throws IllegalStateException if the rollout is over or the router closed
   */
  public void rollback(Reason reason) {
    Objects.requireNonNull(reason, "reason");
    decide(() -> record.rollback(clock.instant(), reason.actorOr(actor), reason.text()));
  }

  /**
   * Names the rollout and its state.
   *
   * @return one line
   */
  @Override
  public String toString() {
    synchronized (lock) {
      return "rollout of %s on %s: %s".formatted(terms.candidate(), terms.router(), record.state());
    }
  }

  RolloutTerms terms() {
    return terms;
  }

  /** Judges a full tick. */
  void tick(int guard, int step, BadEventProcess.Tick counts) {
    Runnable after;
    synchronized (lock) {
      if (record.state().isOver()) {
        return;
      }
      after = changed(record.tick(guard, step, counts, clock.instant(), actor));
    }
    after.run();
  }

  /** Looks at the clock, and at the requests that are under way for too long. */
  void look() {
    switchboard.sweep();
    Runnable after;
    synchronized (lock) {
      after = changed(record.clock(clock.instant(), actor));
    }
    after.run();
  }

  /** Holds, because the router is being closed. */
  void stop() {
    Runnable after;
    synchronized (lock) {
      stopped = true;
      after = changed(record.stop(clock.instant(), actor));
    }
    after.run();
  }

  private void decide(Supplier<Transition> decision) {
    Runnable after;
    synchronized (lock) {
      requireOpenRouter();
      after = changed(Optional.of(decision.get()));
    }
    after.run();
    journal.flush();
  }

  private void requireOpenRouter() {
    if (stopped) {
      throw new IllegalStateException(
          "router '%s' is closed, so nothing of its rollout can change".formatted(terms.router()));
    }
  }

  private Runnable changed(Optional<Transition> made) {
    if (made.isEmpty()) {
      return () -> {};
    }
    Transition transition = made.get();
    Runnable drain = switchboard.route(transition.state());
    Verdict verdict = record.verdict(transition.time(), switchboard.labels());
    journal.changed(transition, verdict.sentence(), record.certificate());
    return drain;
  }
}
