package dev.mlops.rollout;

import dev.mlops.rollout.GuardTerms.Kind;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.SplitRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * One simulated rollout: drawn counts, tick by tick, into the real judge. Ticks are cut as the
 * router cuts them: each step begins with an empty one, and what a step leaves unfinished is lost.
 */
final class ForecastRun {

  /** How a simulated rollout ended. */
  record Outcome(RolloutState state, Duration time, long moreBad) {}

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
    return new Outcome(judge.state(), Duration.ofNanos((long) (seconds * 1e9)), moreBad());
  }

  private void next(RolloutState.Running running, double end) {
    int step = running.step();
    long units = RolloutTerms.tickAfter(terms.tick(), inStep);
    double speed = unitsASecond * (1 - before(step));
    double full = seconds + units / speed;
    Labelled labelled = awaited.peek();
    double labels = labelled == null ? Double.POSITIVE_INFINITY : labelled.seconds();
    if (Math.min(full, labels) >= end) {
      pass(running, end);
      judge.clock(terms.ends());
    } else if (labels <= full) {
      judgeLabels(awaited.remove());
      if (isElsewhere(step)) {
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
    long candidate = BinomialDraws.draw(random, drawn(step), units);
    unjudged += Math.round((full - seconds) * unitsASecond * before(step));
    seconds = full;
    inStep += units;
    if (hasLabels) {
      awaited.add(new Labelled(full + labelsAfter, step, candidate, units - candidate));
    }
    for (int guard = 0; guard < liveRates.length && !isElsewhere(step); guard++) {
      if (terms.guards().get(guard).kind() != Kind.LABELS) {
        judge(full, guard, step, candidate, units - candidate);
      }
    }
    if (isElsewhere(step)) {
      inStep = 0;
    }
  }

  private void judgeLabels(Labelled labelled) {
    for (int guard = 0; guard < liveRates.length && !judge.state().isOver(); guard++) {
      if (terms.guards().get(guard).kind() == Kind.LABELS) {
        judge(labelled.seconds(), guard, labelled.step(), labelled.candidate(), labelled.live());
      }
    }
  }

  private void judge(double at, int guard, int step, long candidate, long live) {
    long bad = BinomialDraws.draw(random, candidateRates[guard], candidate);
    long liveBad = BinomialDraws.draw(random, liveRates[guard], live);
    if (bad > 0 && candidateRates[guard] > liveRates[guard]) {
      moreBad += BinomialDraws.draw(random, 1 - liveRates[guard] / candidateRates[guard], bad);
    }
    judge.tick(guard, step, new BadEventProcess.Tick(candidate, bad, live, liveBad), instant(at));
  }

  private Instant instant(double at) {
    return terms.started().plusNanos((long) (at * 1e9));
  }

  private boolean isElsewhere(int step) {
    return !(judge.state() instanceof RolloutState.Running running) || running.step() != step;
  }

  /**
   * The share of units that are no evidence in this step, as they have spoken in an earlier one.
   */
  private double before(int step) {
    return terms.byKey() && step > 0 ? terms.shares().get(step - 1) / 100 : 0;
  }

  /** The chance with which a unit that is evidence meets the candidate. */
  private double drawn(int step) {
    double before = before(step);
    return (terms.shares().get(step) / 100 - before) / (1 - before);
  }

  /** Adds the traffic that the candidate had and nobody judged: its labels, for instance. */
  private long moreBad() {
    long all = moreBad;
    for (int guard = 0; guard < liveRates.length; guard++) {
      boolean byLabels = terms.guards().get(guard).kind() == Kind.LABELS;
      long more = unjudged;
      if (byLabels) {
        more += awaited.stream().mapToLong(Labelled::candidate).sum();
      }
      double excess = Math.max(0, candidateRates[guard] - liveRates[guard]);
      all += BinomialDraws.draw(random, excess, more);
    }
    return all;
  }
}
