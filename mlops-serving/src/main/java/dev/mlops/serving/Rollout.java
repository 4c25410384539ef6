package dev.mlops.serving;

import dev.mlops.journal.Actor;
import dev.mlops.serving.Certificate.Cause;
import dev.mlops.serving.Certificate.Transition;
import dev.mlops.stats.BadEventProcess;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  private final Judge judge;
  private final Switchboard switchboard;
  private final RolloutJournal journal;
  private final List<Certificate.Tick> ticks = new ArrayList<>();
  private final List<Transition> transitions = new ArrayList<>();
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
    this.judge = new Judge(terms);
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
      return judge.state();
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
      Verdict.Labels labels = switchboard.labels();
      String sentence = judge.sentence() + (judge.state().isOver() ? "" : labels.sentence());
      return new Verdict(clock.instant(), judge.state(), judge.findings(), labels, sentence);
    }
  }

  /**
   * Returns the path of the evidence.
   *
   * @return every tick so far, in the order in which they were judged; an unmodifiable copy
   */
  public List<Certificate.Tick> evidence() {
    synchronized (lock) {
      return List.copyOf(ticks);
    }
  }

  /**
   * Returns everything that the state depends on, to be recomputed by anyone.
   *
   * @return the certificate up to now
   */
  public Certificate certificate() {
    synchronized (lock) {
      return new Certificate(terms, ticks, transitions);
    }
  }

  /**
   * Makes the candidate the live model, whatever the evidence.
   *
   * @param actor who decides
   * @param reason why
   * @throws IllegalStateException if the rollout is over or the router closed
   */
  public void promote(Actor actor, String reason) {
    decide(actor, new RolloutState.Promoted(reason));
  }

  /**
   * Takes the candidate out of service, whatever the evidence.
   *
   * @param actor who decides
   * @param reason why
   * @throws IllegalStateException if the rollout is over or the router closed
   */
  public void rollback(Actor actor, String reason) {
    decide(actor, new RolloutState.RolledBack(reason));
  }

  /**
   * Names the rollout and its state.
   *
   * @return one line
   */
  @Override
  public String toString() {
    synchronized (lock) {
      return "rollout of %s on %s: %s".formatted(terms.candidate(), terms.router(), judge.state());
    }
  }

  RolloutTerms terms() {
    return terms;
  }

  /** Judges a full tick. */
  void tick(int guard, int step, BadEventProcess.Tick counts) {
    Runnable after;
    synchronized (lock) {
      if (judge.state().isOver()) {
        return;
      }
      Instant now = clock.instant();
      RolloutState next = judge.tick(guard, step, counts, now);
      GuardEvidence evidence = judge.guard(guard);
      ticks.add(
          new Certificate.Tick(
              evidence.terms.name(),
              now,
              step,
              counts,
              evidence.logWorse(),
              evidence.logNotWorse()));
      after = changed(next, now, Cause.EVIDENCE, actor);
    }
    after.run();
  }

  /** Looks at the clock, and at the requests that are under way for too long. */
  void look() {
    switchboard.sweep();
    Runnable after;
    synchronized (lock) {
      Instant now = clock.instant();
      after = changed(judge.clock(now), now, Cause.DEADLINE, actor);
    }
    after.run();
  }

  /** Holds, because the router is being closed. */
  void stop() {
    Runnable after;
    synchronized (lock) {
      Instant now = clock.instant();
      stopped = true;
      after = changed(judge.stop(now), now, Cause.CLOSED, actor);
    }
    after.run();
  }

  private void decide(Actor by, RolloutState decision) {
    Runnable after;
    synchronized (lock) {
      requireOpenRouter();
      Instant now = clock.instant();
      RolloutState next =
          decision instanceof RolloutState.Promoted promoted
              ? judge.promote(now, promoted.reason())
              : judge.rollback(now, ((RolloutState.RolledBack) decision).reason());
      after = changed(next, now, Cause.HAND, by);
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

  private Runnable changed(@Nullable RolloutState next, Instant now, Cause cause, Actor by) {
    if (next == null) {
      return () -> {};
    }
    Transition transition = new Transition(ticks.size(), now, cause, by, next);
    transitions.add(transition);
    Runnable drain = switchboard.route(next);
    journal.changed(transition, judge.sentence(), new Certificate(terms, ticks, transitions));
    return drain;
  }
}
