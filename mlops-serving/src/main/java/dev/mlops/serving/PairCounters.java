package dev.mlops.serving;

import dev.mlops.rollout.GuardTerms;
import dev.mlops.serving.RequestRule.Ending;
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

  private final List<Watch> watches;

  /**
   * Begins with empty ticks.
   *
   * @param warmUps one for each guard, shared by all steps of the rollout
   */
  PairCounters(Rollout rollout, int step, List<WarmUp> warmUps) {
    List<GuardTerms> guards = rollout.terms().guards();
    this.watches =
        IntStream.range(0, guards.size())
            .filter(i -> guards.get(i).kind() != GuardTerms.Kind.LABELS)
            .mapToObj(i -> watch(rollout, step, i, warmUps.get(i)))
            .toList();
  }

  private static Watch watch(Rollout rollout, int step, int guard, WarmUp warmUp) {
    GuardTerms terms = rollout.terms().guards().get(guard);
    return new Watch(
        terms,
        RequestRule.of(terms, rollout.terms()),
        warmUp,
        new TickCounter(
            rollout.terms().tick(), (counts, units) -> rollout.tick(guard, step, counts, units)));
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

  /** Where one of the two has no answer there is nothing to compare: that is an error. */
  private void compare(Watch watch, Mirrored<I, O> request, @Nullable O value, Output output) {
    O live = request.value();
    if (live == null || value == null) {
      return;
    }
    double limit = watch.terms.limit();
    if (watch.terms.kind() == GuardTerms.Kind.DISAGREEMENT) {
      watch.count(!isSame(live, value, limit), false, request.unit());
      return;
    }
    int liveClass = Output.classOf(live, request.output(), limit);
    int candidateClass = Output.classOf(value, output, limit);
    if (liveClass >= 0 && candidateClass >= 0) {
      watch.count(liveClass != candidateClass, false, request.unit());
    }
  }

  private static boolean isSame(Object live, Object candidate, double tolerance) {
    boolean areNumbers = Output.isNumeric(live) && Output.isNumeric(candidate);
    return areNumbers ? Output.isNear(live, candidate, tolerance) : live.equals(candidate);
  }

  /** Counts what has come back, though its tick is not full. */
  void flush() {
    watches.forEach(watch -> watch.counter.flush());
  }
}
