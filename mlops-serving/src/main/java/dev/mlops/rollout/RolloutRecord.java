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
 * reached 1/alpha rolls back; (2) a held rollout stays held; (3) past the deadline it is held; (4)
 * it moves on if the step has lasted its time and every guard allows it. Not thread-safe.
 */
public final class RolloutRecord {

  private final RolloutTerms terms;
  private final Judge judge;
  private final List<Tick> ticks = new ArrayList<>();
  private final List<Transition> transitions = new ArrayList<>();

  private RolloutRecord(RolloutTerms terms) {
    this.terms = terms;
    this.judge = new Judge(terms);
  }

  /**
   * Starts at the first share of the plan, with no evidence.
   *
   * @param terms the plan
   * @return the record of a rollout that has seen nothing yet
   */
  public static RolloutRecord start(RolloutTerms terms) {
    return new RolloutRecord(Objects.requireNonNull(terms, "terms"));
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
   * Records that the router stops: an undecided rollout is held.
   *
   * @param time the time now
   * @param actor who stops it
   * @return the transition that followed, if one did
   */
  public Optional<Transition> stop(Instant time, Actor actor) {
    return changed(judge.stop(time), time, Cause.CLOSED, actor);
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
   * Records a human's decision against the candidate.
   *
   * @param time the time now
   * @param actor who decides
   * @param reason why
   * @return the transition
   * @throws IllegalStateException if the rollout is over
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
