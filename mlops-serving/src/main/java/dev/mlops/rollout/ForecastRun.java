package dev.mlops.rollout;

import static java.util.Objects.requireNonNull;

import dev.mlops.report.InWords;
import dev.mlops.rollout.GuardTerms.Kind;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.SplitRandom;
import dev.mlops.stats.TwoSidedProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * One simulated rollout: drawn counts, tick by tick, into the real judge. Ticks are cut as the
 * router cuts them: each step begins with an empty one, and what a step leaves unfinished is lost.
 */
final class ForecastRun {

  /** How a simulated rollout ended. */
  record Outcome(
      RolloutState state,
      Optional<TwoSidedProcess.Outcome> found,
      Duration time,
      long moreBad,
      long ticks) {

    /** Whether nothing was promoted or taken back, and an A/B test has found this. */
    boolean isHeldWith(Class<? extends TwoSidedProcess.Outcome> answer) {
      return state instanceof RolloutState.Held && found.filter(answer::isInstance).isPresent();
    }

    boolean isUndecided() {
      return state instanceof RolloutState.Held
          && !isHeldWith(TwoSidedProcess.Outcome.Better.class)
          && !isHeldWith(TwoSidedProcess.Outcome.Equivalent.class);
    }

    @Override
    public String toString() {
      return state + " after " + InWords.duration(time);
    }
  }

  /** A tick whose labels are under way. */
  private record Labelled(double seconds, int step, long candidate, long live) {}

  private final RolloutTerms terms;
  private final double unitsASecond;
  private final double labelsAfter;
  private final double[] liveRates;
  private final double[] candidateRates;
  private final boolean hasLabels;
  private final SplitRandom random;
  private final Judge judge;
  private final Queue<Labelled> awaited = new ArrayDeque<>();
  private double seconds;
  private long inStep;
  private long unjudged;
  private long moreBad;
  private long ticks;

  ForecastRun(
      RolloutTerms terms,
      ExpectedTraffic traffic,
      double[] liveRates,
      double times,
      SplitRandom random) {
    this.terms = terms;
    this.unitsASecond = traffic.unitsASecond();
    this.labelsAfter = traffic.labelsAfter().toNanos() * 1e-9;
    this.liveRates = liveRates;
    this.candidateRates = new double[liveRates.length];
    for (int i = 0; i < liveRates.length; i++) {
      candidateRates[i] = Math.min(1, times * liveRates[i]);
    }
    this.random = random;
    this.hasLabels = terms.guards().stream().anyMatch(guard -> guard.kind() == Kind.LABELS);
    this.judge = new Judge(terms);
  }

  Outcome run() {
    double end = terms.deadline().toNanos() * 1e-9;
    while (judge.state() instanceof RolloutState.Running running) {
      next(running, end);
    }
    Duration time = Duration.ofNanos((long) (seconds * 1e9));
    return new Outcome(judge.state(), judge.outcome(), time, moreBad(), ticks);
  }

  private void next(RolloutState.Running running, double end) {
    int step = running.step();
    long units = RolloutTerms.tickAfter(terms.tick(), inStep);
    double speed = unitsASecond * terms.counted(step);
    double full = seconds + units / speed;
    Labelled labelled = awaited.peek();
    double labels = labelled == null ? Double.POSITIVE_INFINITY : labelled.seconds();
    if (Math.min(full, labels) >= end) {
      pass(running, end);
      requireNonNull(judge.clock(terms.ends()), "the deadline ends it");
    } else if (labels <= full) {
      if (moves(awaited.remove())) {
        pass(running, labels);
        inStep = 0;
      }
    } else {
      requests(running, units, full);
    }
  }

  /** What a step has not finished when it ends: its traffic is there, and judged by nobody. */
  private void pass(RolloutState.Running running, double until) {
    unjudged += Math.round((until - seconds) * unitsASecond * running.share() / 100);
    seconds = until;
  }

  private void requests(RolloutState.Running running, long units, double full) {
    int step = running.step();
    boolean shadow = terms.isShadow(step);
    long candidate = shadow ? units : BinomialDraws.draw(random, terms.chance(step), units);
    double met = (full - seconds) * unitsASecond * running.share() / 100;
    unjudged += Math.round(Math.max(0, met - units * terms.chance(step)));
    seconds = full;
    inStep += units;
    if (hasLabels) {
      awaited.add(new Labelled(full + labelsAfter, step, candidate, units - candidate));
    }
    boolean moved = false;
    for (int guard = 0; guard < liveRates.length && !moved; guard++) {
      if (terms.guards().get(guard).kind() != Kind.LABELS && !isDone(guard, step)) {
        moved = moves(full, guard, step, candidate, units - candidate);
      }
    }
    if (moved) {
      inStep = 0;
    }
  }

  /** Whether more good events of a guard that waits for none would change nothing in this step. */
  private boolean isDone(int guard, int step) {
    boolean isShadow = terms.isShadow(step);
    if (terms.guards().get(guard).kind().comparesAnswers() && !isShadow) {
      return true;
    }
    return hasLabels
        && candidateRates[guard] == 0
        && !terms.guards().get(guard).decisive()
        && judge.guard(guard).allowsNextStep(isShadow);
  }

  private boolean moves(Labelled labelled) {
    boolean moved = false;
    for (int guard = 0; guard < liveRates.length && !judge.state().isOver(); guard++) {
      if (terms.guards().get(guard).kind() == Kind.LABELS) {
        moved |=
            moves(
                labelled.seconds(), guard, labelled.step(), labelled.candidate(), labelled.live());
      }
    }
    return moved;
  }

  /** Draws a guard's bad events and judges them; returns whether the rollout is elsewhere then. */
  private boolean moves(double at, int guard, int step, long candidate, long live) {
    long bad = BinomialDraws.draw(random, candidateRates[guard], candidate);
    if (terms.isShadow(step)) {
      return judged(at, guard, step, pairs(guard, candidate, bad));
    }
    long liveBad = BinomialDraws.draw(random, liveRates[guard], live);
    if (bad > 0 && candidateRates[guard] > liveRates[guard]) {
      moreBad += BinomialDraws.draw(random, 1 - liveRates[guard] / candidateRates[guard], bad);
    }
    return judged(at, guard, step, new BadEventProcess.Tick(candidate, bad, live, liveBad));
  }

  /** Draws what the live model did to requests that a shadow has answered, independently of it. */
  private BadEventProcess.Tick pairs(int guard, long pairs, long bad) {
    boolean compares = terms.guards().get(guard).kind().comparesAnswers();
    double live = compares ? 0 : liveRates[guard];
    long both = BinomialDraws.draw(random, live, bad);
    return new BadEventProcess.Tick(
        pairs, bad, both + BinomialDraws.draw(random, live, pairs - bad), both);
  }

  private boolean judged(double at, int guard, int step, BadEventProcess.Tick counts) {
    ticks++;
    return judge.tick(guard, step, counts, instant(at)) != null;
  }

  private Instant instant(double at) {
    return terms.started().plusNanos((long) (at * 1e9));
  }

  /** Adds the traffic that the candidate had and nobody judged: its labels, for instance. */
  private long moreBad() {
    long all = moreBad;
    for (int guard = 0; guard < liveRates.length; guard++) {
      boolean byLabels = terms.guards().get(guard).kind() == Kind.LABELS;
      long more = unjudged;
      if (byLabels) {
        more +=
            awaited.stream()
                .filter(labelled -> !terms.isShadow(labelled.step))
                .mapToLong(Labelled::candidate)
                .sum();
      }
      double excess = Math.max(0, candidateRates[guard] - liveRates[guard]);
      all += BinomialDraws.draw(random, excess, more);
    }
    return all;
  }
}
