package dev.mlops.rollout;

import dev.mlops.error.Plural;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.Certificate.Cause;
import dev.mlops.rollout.Certificate.Tick;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.stats.BadEventProcess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as it happens: takes ticks, the clock and the decisions of humans, applies the rules,
 * and keeps what a {@link Certificate} needs. It routes nothing and starts nothing; the code that
 * counts requests tells it what was counted, and acts on the transitions that it returns.
 *
 * <p>After each tick, in this order: (1) a guard whose evidence for "worse than tolerated" has
 * reached 1/alpha rolls back; (2) a held or paused rollout stays so; (3) past the deadline it is
 * held; (4) it moves on if the step has lasted its time and every guard allows it. Not thread-safe.
 */
public final class RolloutRecord {

  private final RolloutTerms terms;
  private final Judge judge;
  private final List<Tick> ticks;
  private final List<Transition> transitions;

  private RolloutRecord(
      RolloutTerms terms, Judge judge, List<Tick> ticks, List<Transition> transitions) {
    this.terms = terms;
    this.judge = judge;
    this.ticks = new ArrayList<>(ticks);
    this.transitions = new ArrayList<>(transitions);
  }

  /**
   * Starts at the first share of the plan, with no evidence.
   *
   * @param terms the plan
   * @return the record of a rollout that has seen nothing yet
   */
  public static RolloutRecord start(RolloutTerms terms) {
    Objects.requireNonNull(terms, "terms");
    return new RolloutRecord(terms, new Judge(terms), List.of(), List.of());
  }

  /**
   * Returns a record of the same, which goes its own way from here.
   *
   * @return a copy
   */
  public RolloutRecord copy() {
    return new RolloutRecord(terms, judge.copy(), ticks, transitions);
  }

  /**
   * Returns the plan.
   *
   * @return what the rollout was told to do
   */
  public RolloutTerms terms() {
    return terms;
  }

  /**
   * Returns where the rollout stands after what was recorded so far.
   *
   * @return the state
   */
  public RolloutState state() {
    return judge.state();
  }

  /**
   * Returns when the last thing happened.
   *
   * @return the time of the last tick or transition; that of the beginning if there was none
   */
  public Instant latest() {
    Instant latest = ticks.isEmpty() ? terms.started() : ticks.get(ticks.size() - 1).time();
    Instant change =
        transitions.isEmpty() ? terms.started() : transitions.get(transitions.size() - 1).time();
    return change.isAfter(latest) ? change : latest;
  }

  /**
   * Returns what was counted so far.
   *
   * @return every tick, in the order in which they were recorded; an unmodifiable copy
   */
  public List<Tick> ticks() {
    return List.copyOf(ticks);
  }

  /**
   * Records what one guard has counted, and judges it.
   *
   * @param guard the guard's place in the plan, from 0
   * @param step the step whose traffic was counted, from 0
   * @param counts events and bad events of both models
   * @param time when it was counted
   * @param actor in whose name the rollout decides
   * @return the transition that followed, if one did
   * @throws IllegalStateException if the rollout is over
   * @throws IndexOutOfBoundsException if the plan has no such guard
   */
  public Optional<Transition> tick(
      int guard, int step, BadEventProcess.Tick counts, Instant time, Actor actor) {
    if (state().isOver()) {
      throw new IllegalStateException(
          "the rollout of %s is %s, so nothing more can be counted"
              .formatted(terms.candidate(), state()));
    }
    RolloutState next = judge.tick(guard, step, counts, time);
    GuardEvidence evidence = judge.guard(guard);
    ticks.add(
        new Tick(
            evidence.terms.name(),
            time,
            step,
            counts,
            evidence.logWorse(),
            evidence.logNotWorse()));
    return changed(next, time, Cause.EVIDENCE, actor);
  }

  /**
   * Records that time has passed: past the deadline an undecided rollout is held.
   *
   * @param time the time now
   * @param actor in whose name the rollout decides
   * @return the transition that followed, if one did
   */
  public Optional<Transition> clock(Instant time, Actor actor) {
    return changed(judge.clock(time), time, Cause.DEADLINE, actor);
  }

  /**
   * Records that a human stops the steps.
   *
   * @param time the time now
   * @param actor who decides
   * @param reason why
   * @return the transition
   * @throws IllegalStateException unless the rollout is running
   */
  public Transition pause(Instant time, Actor actor, String reason) {
    return add(judge.pause(reason), time, Cause.HAND, actor);
  }

  /**
   * Records that a human lets a paused rollout go on.
   *
   * @param time the time now
   * @param actor who decides
   * @return the transition
   * @throws IllegalStateException unless the rollout is paused
   */
  public Transition resume(Instant time, Actor actor) {
    return add(judge.resume(), time, Cause.HAND, actor);
  }

  /**
   * Records that a human moves on to the next share, whatever the evidence.
   *
   * @param time the time now
   * @param actor who decides
   * @return the transition
   * @throws IllegalStateException unless the rollout is running or paused, and has a next step that
   *     is no promotion
   */
  public Transition step(Instant time, Actor actor) {
    return add(judge.step(time), time, Cause.HAND, actor);
  }

  /**
   * Returns every transition so far.
   *
   * @return them, in the order in which they happened; an unmodifiable copy
   */
  public List<Transition> transitions() {
    return List.copyOf(transitions);
  }

  /**
   * Records a human's decision for the candidate.
   *
   * @param time the time now
   * @param actor who decides
   * @param reason why
   * @return the transition
   * @throws IllegalStateException if the rollout is over
   */
  public Transition promote(Instant time, Actor actor, String reason) {
    return add(judge.promote(time, reason), time, Cause.HAND, actor);
  }

  /**
   * Records a human's decision against the candidate, also against one that was promoted.
   *
   * @param time the time now
   * @param actor who decides
   * @param reason why
   * @return the transition
   * @throws IllegalStateException if the candidate was rolled back before
   */
  public Transition rollback(Instant time, Actor actor, String reason) {
    return add(judge.rollback(time, reason), time, Cause.HAND, actor);
  }

  /**
   * Returns what is known now.
   *
   * @param time the time now
   * @param labels what the label guards wait for, and what they will never get
   * @return the state and each guard's evidence
   */
  public Verdict verdict(Instant time, Verdict.Labels labels) {
    String waiting = state().isOver() ? "" : labels.waiting();
    String sentence = judge.sentence() + waiting + labels.missing();
    return new Verdict(time, state(), judge.findings(), labels, sentence);
  }

  /**
   * Returns everything that the state depends on, to be recomputed by anyone.
   *
   * @return the certificate up to now
   */
  public Certificate certificate() {
    return new Certificate(terms, ticks, transitions);
  }

  private Optional<Transition> changed(
      @Nullable RolloutState next, Instant time, Cause cause, Actor actor) {
    return next == null ? Optional.empty() : Optional.of(add(next, time, cause, actor));
  }

  private Transition add(RolloutState state, Instant time, Cause cause, Actor actor) {
    Transition transition = new Transition(ticks.size(), time, cause, actor, state);
    transitions.add(transition);
    return transition;
  }

  @Override
  public String toString() {
    return "rollout of "
        + terms.candidate()
        + " against "
        + terms.live()
        + ": "
        + Plural.of(ticks.size(), "tick")
        + ", "
        + state();
  }
}
