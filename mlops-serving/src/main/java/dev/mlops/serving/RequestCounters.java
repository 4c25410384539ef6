package dev.mlops.serving;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Counts the requests of one step for the guards that judge a request when it is answered. */
final class RequestCounters {

  private record Watch(GuardTerms terms, TickCounter counter) {

    boolean isBad(boolean failed, long nanos) {
      return failed || (terms.kind() == GuardTerms.Kind.LATENCY && nanos > terms.budgetNanos());
    }
  }

  private final Watch[] watches;
  private final AtomicLong candidateRequests;
  private final long longestWarmUp;

  /**
   * The candidate's requests are numbered through all steps of a rollout, hence the shared counter.
   */
  RequestCounters(Rollout rollout, int step, int tick, AtomicLong candidateRequests) {
    List<GuardTerms> guards = rollout.terms().guards();
    this.candidateRequests = candidateRequests;
    this.longestWarmUp = guards.stream().mapToLong(GuardTerms::warmUp).max().orElse(0);
    this.watches =
        IntStream.range(0, guards.size())
            .filter(i -> guards.get(i).kind() != GuardTerms.Kind.LABELS)
            .mapToObj(i -> new Watch(guards.get(i), counter(rollout, i, step, tick)))
            .toArray(Watch[]::new);
  }

  static TickCounter counter(Rollout rollout, int guard, int step, int tick) {
    return new TickCounter(tick, counts -> rollout.tick(guard, step, counts));
  }

  void count(boolean candidate, boolean failed, long nanos) {
    long number = candidate ? nextNumber() : Long.MAX_VALUE;
    for (Watch watch : watches) {
      if (number > watch.terms.warmUp()) {
        watch.counter.count(candidate, watch.isBad(failed, nanos));
      }
    }
  }

  private long nextNumber() {
    return candidateRequests.get() < longestWarmUp
        ? candidateRequests.incrementAndGet()
        : Long.MAX_VALUE;
  }
}
