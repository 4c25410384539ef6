package dev.mlops.rollout;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.Pairs;
import dev.mlops.stats.SplitProcess;
import dev.mlops.stats.TwoSidedProcess.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a rollout, as a fold over ticks: the same ticks, times and acts of humans always
 * give the same states. The running rollout and the replay of a certificate are both this class, so
 * a verdict can be recomputed to the bit.
 *
 * <p>After each tick, in this order: (1) a guard whose evidence for worse has reached 1/alpha rolls
 * back; (2) a held or paused rollout stays so; one whose requests are not split as planned is held;
 * (3) past the deadline it is held; (4) it moves on if the step has lasted its time and every guard
 * allows it: it has seen its minimum in the step, is not suspicious, and its last tick had a good
 * event. What moving on means is {@link #next}: of an A/B test, that its metric has an answer. Not
 * thread-safe.
 */
final class Judge {

  /** How seldom a split as planned raises the alarm; the rollout is held then, not taken back. */
  static final double SPLIT_ALPHA = 0.001;

  private final RolloutTerms terms;
  private final List<GuardEvidence> guards;
  private final int errors;
  private SplitProcess split;
  private RolloutState state;
  private Instant stepStarted;
  private Instant lastTick;

  Judge(RolloutTerms terms) {
    this.terms = terms;
    this.guards = terms.guards().stream().map(GuardEvidence::of).toList();
    this.errors = errors(terms);
    this.split = SplitProcess.start();
    this.state = new RolloutState.Running(0, terms.shares().get(0));
    this.stepStarted = terms.started();
    this.lastTick = terms.started();
  }

  private Judge(Judge other) {
    this.terms = other.terms;
    this.guards = other.guards.stream().map(GuardEvidence::copy).toList();
    this.errors = other.errors;
    this.split = other.split;
    this.state = other.state;
    this.stepStarted = other.stepStarted;
    this.lastTick = other.lastTick;
  }

  /** The guard of errors counts every unit, and no warm-up leaves one arm's out. */
  private static int errors(RolloutTerms terms) {
    return IntStream.range(0, terms.guards().size())
        .filter(i -> terms.guards().get(i).kind() == GuardTerms.Kind.ERRORS)
        .findFirst()
        .orElse(-1);
  }

  /** Returns a judge that knows the same and goes its own way from here. */
  Judge copy() {
    return new Judge(this);
  }

  RolloutState state() {
    return state;
  }

  GuardEvidence guard(int index) {
    return guards.get(index);
  }

  List<Verdict.Finding> findings() {
    return guards.stream().map(GuardEvidence::finding).toList();
  }

  /** Adds a tick; returns the new state if it changed. */
  @Nullable RolloutState tick(int guard, int step, BadEventProcess.Tick counts, Instant time) {
    lastTick = time;
    if (terms.isShadow(step)) {
      guards.get(guard).add(Pairs.of(counts), step == currentStep());
    } else {
      guards.get(guard).add(counts, step == currentStep());
      split(guard, step, counts);
    }
    return become(time, afterTick(time));
  }

  /** A shadow splits nothing. */
  private void split(int guard, int step, BadEventProcess.Tick counts) {
    if (guard == errors && terms.drawsEachUnit() && terms.shares().get(step) < 100) {
      long units = counts.canary() + counts.stable();
      split = split.after(counts.canary(), units, terms.chance(step));
    }
  }

  /** Looks at the clock; returns the new state if it changed. */
  @Nullable RolloutState clock(Instant time) {
    return become(time, isPastDeadline(time) ? deadlineReached() : null);
  }

  RolloutState promote(Instant time, String reason) {
    if (state.isOver()) {
      throw refused("promoted", "only RUNNING, PAUSED or HELD can");
    }
    return set(time, new RolloutState.Promoted(reason));
  }

  /** A promoted candidate can be taken back as well. */
  RolloutState rollback(Instant time, String reason) {
    if (state instanceof RolloutState.RolledBack) {
      throw refused("rolled back", "it is out of service already");
    }
    return set(time, new RolloutState.RolledBack(reason));
  }

  RolloutState pause(String reason) {
    if (state instanceof RolloutState.Running running) {
      state = new RolloutState.Paused(running.step(), running.share(), reason);
      return state;
    }
    throw refused("paused", "only RUNNING can");
  }

  /** The step goes on where it was: what it has counted and when it began stay. */
  RolloutState resume() {
    if (state instanceof RolloutState.Paused paused) {
      state = new RolloutState.Running(paused.step(), paused.share());
      return state;
    }
    throw refused("resumed", "only PAUSED can");
  }

  /** Moves on to the next share, whatever the evidence. */
  RolloutState step(Instant time) {
    if (!(state instanceof RolloutState.Running) && !(state instanceof RolloutState.Paused)) {
      throw refused("moved to its next step", "only RUNNING or PAUSED can");
    }
    int step = currentStep();
    if (terms.isLastStep(step) || terms.promotesAfter(step)) {
      throw refused("moved to its next step", "it is at its last; promote it");
    }
    return set(time, new RolloutState.Running(step + 1, terms.shares().get(step + 1)));
  }

  String sentence() {
    String evidence =
        guards.stream().map(GuardEvidence::described).collect(Collectors.joining("; "));
    String subject = terms.candidate() + " is " + state;
    if (state instanceof RolloutState.Held held) {
      String since = isComparison() ? ". By now: " : ". "; // The reason has the counts of then.
      return subject + ": " + held.reason() + since + evidence;
    }
    if (state instanceof RolloutState.Paused paused) {
      return subject + ": " + paused.reason() + ". " + evidence;
    }
    if (state instanceof RolloutState.RolledBack back) {
      return subject + ": " + back.reason() + (isComparison() ? ". " + evidence : "");
    }
    if (state instanceof RolloutState.Promoted promoted) {
      return subject + ": " + promoted.reason() + ". " + evidence;
    }
    return subject + ", no guard has decided. " + evidence + ". " + waiting();
  }

  private String waiting() {
    List<String> reasons = reasons();
    return reasons.isEmpty()
        ? "It moves on with the next tick"
        : "It waits for " + String.join("; for ", reasons);
  }

  /** What the rollout waits for in its step. */
  private List<String> reasons() {
    boolean promotion = terms.promotesAfter(currentStep());
    List<String> reasons = new ArrayList<>();
    Instant end = stepStarted.plus(terms.minimumTime());
    if (lastTick.isBefore(end)) {
      reasons.add("the end of the step, not before " + end);
    }
    boolean shadow = terms.isShadow(currentStep());
    guards.forEach(guard -> reasons.addAll(guard.waitsFor(promotion, shadow)));
    return reasons;
  }

  private @Nullable RolloutState afterTick(Instant time) {
    for (GuardEvidence guard : guards) {
      if (guard.rollsBack()) {
        return new RolloutState.RolledBack(guard.sentence());
      }
    }
    if (!(state instanceof RolloutState.Running running)) {
      return null;
    }
    if (split.rejects(SPLIT_ALPHA)) {
      return hold(splitSentence());
    }
    if (isPastDeadline(time)) {
      return deadlineReached();
    }
    return maySteps(time) ? next(running) : null;
  }

  private String splitSentence() {
    return "the requests are not split as planned: %s of %s met the candidate, where %s were planned; something leaves out, repeats or moves requests of one model, so no comparison of the two can be trusted"
        .formatted(
            Plural.grouped(split.canary()),
            Plural.of(split.units(), "unit"),
            Plural.grouped(Math.round(split.planned())));
  }

  private boolean maySteps(Instant time) {
    boolean shadow = terms.isShadow(currentStep());
    return !time.isBefore(stepStarted.plus(terms.minimumTime()))
        && guards.stream().allMatch(guard -> guard.allowsNextStep(shadow));
  }

  private @Nullable RolloutState next(RolloutState.Running running) {
    Optional<MetricEvidence> metric = metric();
    return metric.isPresent() ? answer(running, metric.get()) : nextStep(running);
  }

  /** An A/B test has an answer, or goes on; that the candidate is worse was seen before. */
  private @Nullable RolloutState answer(RolloutState.Running running, MetricEvidence metric) {
    Outcome found = metric.outcome();
    if (found instanceof Outcome.Undecided) {
      return null;
    }
    String answer = "the test has an answer. " + metric.sentence();
    if (found instanceof Outcome.Better && terms.promotesAfter(running.step())) {
      return decisive().stream().allMatch(GuardEvidence::hasProven)
          ? new RolloutState.Promoted(answer)
          : null;
    }
    return hold(answer);
  }

  private @Nullable RolloutState nextStep(RolloutState.Running running) {
    int step = running.step();
    if (terms.isLastStep(step)) {
      return hold(
          "every step is passed, and the plan ends "
              + (terms.isShadow(step) ? "with the shadow" : Text.at(running.share())));
    }
    if (!terms.promotesAfter(step)) {
      return new RolloutState.Running(step + 1, terms.shares().get(step + 1));
    }
    return decisive().stream().allMatch(GuardEvidence::hasProven)
        ? new RolloutState.Promoted(grounds())
        : null;
  }

  /** What an A/B test has found so far; none in any other rollout. */
  Optional<Outcome> outcome() {
    return metric().map(MetricEvidence::outcome);
  }

  /** What decides an A/B test; none in any other rollout. */
  private Optional<MetricEvidence> metric() {
    return guards.stream()
        .filter(MetricEvidence.class::isInstance)
        .map(MetricEvidence.class::cast)
        .findFirst();
  }

  private boolean isComparison() {
    return metric().isPresent();
  }

  private String grounds() {
    List<GuardEvidence> decisive = decisive();
    if (decisive.isEmpty()) {
      return "every step is passed and nothing spoke against it; that it is good enough was not proven";
    }
    return "every step is passed, and it is proven: "
        + decisive.stream()
            .map(guard -> guard.terms.name() + " (" + guard.terms.bound().toProve() + ")")
            .collect(Collectors.joining("; "));
  }

  private List<GuardEvidence> decisive() {
    return guards.stream().filter(guard -> guard.terms.decisive()).toList();
  }

  private boolean isPastDeadline(Instant time) {
    return !time.isBefore(terms.ends());
  }

  private @Nullable RolloutState deadlineReached() {
    String passed = "the deadline of " + Exactly.duration(terms.deadline()) + " passed";
    return hold(
        metric()
            .map(metric -> passed + unanswered(metric))
            .orElse(passed + " without enough evidence"));
  }

  private String unanswered(MetricEvidence metric) {
    return metric.outcome() instanceof Outcome.Undecided
        ? " without an answer. " + metric.sentence()
        : ". %s; it waited for %s".formatted(metric.sentence(), String.join("; for ", reasons()));
  }

  private @Nullable RolloutState hold(String reason) {
    return state instanceof RolloutState.Running running
        ? new RolloutState.Held(running.step(), running.share(), reason)
        : null;
  }

  private int currentStep() {
    if (state instanceof RolloutState.Running running) {
      return running.step();
    }
    if (state instanceof RolloutState.Paused paused) {
      return paused.step();
    }
    return state instanceof RolloutState.Held held ? held.step() : -1;
  }

  private @Nullable RolloutState become(Instant time, @Nullable RolloutState next) {
    return next == null ? null : set(time, next);
  }

  private RolloutState set(Instant time, RolloutState next) {
    if (next instanceof RolloutState.Running) {
      stepStarted = time;
      guards.forEach(GuardEvidence::nextStep);
    }
    state = next;
    return next;
  }

  private IllegalStateException refused(String act, String rule) {
    return new IllegalStateException(
        "the rollout of %s is %s and can't be %s; %s"
            .formatted(terms.candidate(), state, act, rule));
  }
}
