package dev.mlops.serving;

import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.serving.RequestRule.Ending;
import dev.mlops.stats.BadEventProcess;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts what both models made of the same requests, for the guards that wait for no label. Pairs
 * come from the few threads of a shadow, so a lock is cheap.
 */
final class PairCounters<I, O> {

  private record Watch(GuardTerms terms, RequestRule rule, WarmUp warmUp, TickCounter counter) {

    void count(boolean candidateBad, boolean liveBad, long unit) {
      if (warmUp.isOver()) {
        counter.countPair(candidateBad, liveBad, unit);
      } else {
        warmUp.add(candidateBad);
      }
    }
  }

  /** Takes in a tick that is complete. */
  @FunctionalInterface
  interface Judged {
    void tick(int guard, int step, BadEventProcess.Tick counts, CountedUnits units);
  }

  private final List<Watch> watches;

  /**
   * Begins with empty ticks.
   *
   * @param warmUps one for each guard, shared by all steps of the rollout
   */
  PairCounters(RolloutTerms plan, int step, List<WarmUp> warmUps, Judged judged) {
    List<GuardTerms> guards = plan.guards();
    this.watches =
        IntStream.range(0, guards.size())
            .filter(i -> guards.get(i).kind() != GuardTerms.Kind.LABELS)
            .mapToObj(i -> watch(plan, step, i, warmUps.get(i), judged))
            .toList();
  }

  private static Watch watch(RolloutTerms plan, int step, int guard, WarmUp warmUp, Judged judged) {
    GuardTerms terms = plan.guards().get(guard);
    return new Watch(
        terms,
        RequestRule.of(terms, plan),
        warmUp,
        new TickCounter(plan.tick(), (counts, units) -> judged.tick(guard, step, counts, units)));
  }

  /**
   * Counts a pair.
   *
   * @param value the candidate's answer, null if it has none
   * @param output what was read from that answer
   * @param ending how the candidate's attempt ended
   */
  void count(Mirrored<I, O> request, @Nullable O value, Output output, Ending ending) {
    for (Watch watch : watches) {
      if (watch.terms.kind().comparesAnswers()) {
        compare(watch, request, value, output);
      } else if (!watch.rule.saysNothing(false, request.ending())
          && !watch.rule.saysNothing(true, ending)) {
        watch.count(
            watch.rule.isBad(true, ending),
            watch.rule.isBad(false, request.ending()),
            request.unit());
      }
    }
  }

  /**
   * Where one of the two has no answer there is nothing to compare: that is an error. Of an answer
   * of the past only the score is known.
   */
  private void compare(Watch watch, Mirrored<I, O> request, @Nullable O value, Output output) {
    O live = request.value();
    double limit = watch.terms.limit();
    if (live == null || value == null) {
      if (request.output().isScored() && output.isScored()) {
        compareScores(watch, request, output.score(), limit);
      }
      return;
    }
    if (watch.terms.kind() == GuardTerms.Kind.DISAGREEMENT) {
      disagreement(watch, request, live, value, output);
      return;
    }
    int liveClass = Output.classOf(live, request.output(), limit);
    int candidateClass = Output.classOf(value, output, limit);
    if (liveClass >= 0 && candidateClass >= 0) {
      watch.count(liveClass != candidateClass, false, request.unit());
    }
  }

  /** Answers of which nobody can tell whether they are equal are compared by their scores. */
  private void disagreement(
      Watch watch, Mirrored<I, O> request, Object live, Object candidate, Output output) {
    if (Likeness.canCompare(live) && Likeness.canCompare(candidate)) {
      boolean differs = !Likeness.isAlike(live, candidate, watch.terms.limit());
      watch.count(differs, false, request.unit());
    } else if (request.output().isScored() && output.isScored()) {
      compareScores(watch, request, output.score(), watch.terms.limit());
    }
  }

  private void compareScores(Watch watch, Mirrored<I, O> request, double candidate, double limit) {
    double live = request.output().score();
    boolean differs =
        watch.terms.kind() == GuardTerms.Kind.DISAGREEMENT
            ? !Likeness.isNear(live, candidate, limit)
            : live > limit != candidate > limit;
    watch.count(differs, false, request.unit());
  }

  /** Counts what has come back, though its tick is not full. */
  void flush() {
    watches.forEach(watch -> watch.counter.flush());
  }
}
