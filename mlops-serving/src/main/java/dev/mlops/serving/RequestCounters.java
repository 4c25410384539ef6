package dev.mlops.serving;

import java.util.List;
import java.util.stream.IntStream;

/** Counts the requests of one step for the guards that judge a request when it is answered. */
final class RequestCounters {

  private record Watch(GuardTerms terms, WarmUp warmUp, TickCounter counter) {

    void count(boolean candidate, boolean failed, long nanos) {
      boolean bad =
          failed || (terms.kind() == GuardTerms.Kind.LATENCY && nanos > terms.budgetNanos());
      if (warmUp.isOver()) {
        counter.count(candidate, bad);
      } else if (candidate) {
        warmUp.add(bad);
      }
    }
  }

  private final Watch[] watches;

  /**
   * A candidate warms up once in all steps of a rollout, hence the shared warm-ups, one for each
   * guard.
   */
  RequestCounters(Rollout rollout, int step, int tick, List<WarmUp> warmUps) {
    List<GuardTerms> guards = rollout.terms().guards();
    this.watches =
        IntStream.range(0, guards.size())
            .filter(i -> guards.get(i).kind() != GuardTerms.Kind.LABELS)
            .mapToObj(
                i -> new Watch(guards.get(i), warmUps.get(i), counter(rollout, i, step, tick)))
            .toArray(Watch[]::new);
  }

  static TickCounter counter(Rollout rollout, int guard, int step, int tick) {
    return new TickCounter(tick, counts -> rollout.tick(guard, step, counts));
  }

  void count(boolean candidate, boolean failed, long nanos) {
    for (Watch watch : watches) {
      watch.count(candidate, failed, nanos);
    }
  }
}
