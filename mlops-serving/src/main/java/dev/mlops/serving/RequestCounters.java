package dev.mlops.serving;

import dev.mlops.rollout.GuardTerms;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Counts the requests of one step for the guards that judge a request when it comes back. */
final class RequestCounters {

  /** What came of a request: how the model's attempt ended, and how long it took. */
  record Ending(boolean failed, boolean interrupted, boolean invalid, long nanos) {}

  private record Watch(GuardTerms terms, WarmUp warmUp, long limitNanos, TickLine line) {

    /** Returns the tick to which a request belongs, or null while the candidate warms up. */
    @Nullable OpenTick join(boolean candidate, long now) {
      return warmUp.isOver() ? line.join(candidate, now) : null;
    }

    void count(@Nullable OpenTick tick, boolean candidate, Ending ending) {
      boolean late = ending.nanos > limitNanos;
      boolean bad = isAboutOutputs() ? ending.invalid : late || ending.failed;
      if (tick == null) {
        if (candidate && !saysNothing(ending, late)) {
          warmUp.add(bad);
        }
      } else if (saysNothing(ending, late)) {
        line.leave(tick, candidate);
      } else {
        line.comeBack(tick, candidate, bad);
      }
    }

    /**
     * A caller who is interrupted ends a request that might have been answered in time: it says
     * nothing, unless its time was up already. A failure says nothing about outputs.
     */
    private boolean saysNothing(Ending ending, boolean late) {
      return isAboutOutputs() ? ending.failed : ending.interrupted && !late;
    }

    private boolean isAboutOutputs() {
      return terms.kind() == GuardTerms.Kind.INVALID_OUTPUTS;
    }
  }

  private final Watch[] watches;

  /**
   * A candidate warms up once in all steps of a rollout, hence the shared warm-ups, one for each
   * guard.
   *
   * @param now the moment on the clock of {@link #join} and {@link #sweep}
   */
  RequestCounters(Rollout rollout, int step, Canary canary, List<WarmUp> warmUps, long now) {
    List<GuardTerms> guards = rollout.terms().guards();
    this.watches =
        IntStream.range(0, guards.size())
            .filter(i -> guards.get(i).kind() != GuardTerms.Kind.LABELS)
            .mapToObj(i -> watch(rollout, i, step, canary, warmUps.get(i), now))
            .toArray(Watch[]::new);
  }

  private static Watch watch(
      Rollout rollout, int guard, int step, Canary canary, WarmUp warmUp, long now) {
    GuardTerms terms = rollout.terms().guards().get(guard);
    long limit =
        terms.kind() == GuardTerms.Kind.LATENCY
            ? terms.budgetNanos()
            : rollout.terms().answerWithin().toNanos();
    return new Watch(
        terms,
        warmUp,
        limit,
        new TickLine(
            canary.tick(),
            limit,
            terms.kind() != GuardTerms.Kind.INVALID_OUTPUTS,
            now,
            counts -> rollout.tick(guard, step, counts)));
  }

  /**
   * Counts a request in, before its model is asked.
   *
   * @return for each guard the tick to which the request belongs, or null where it does not count
   */
  @Nullable OpenTick[] join(boolean candidate, long now) {
    @Nullable OpenTick[] seats = new OpenTick[watches.length];
    for (int i = 0; i < seats.length; i++) {
      seats[i] = watches[i].join(candidate, now);
    }
    return seats;
  }

  /** Counts what came of a request. */
  void count(@Nullable OpenTick[] seats, boolean candidate, Ending ending) {
    for (int i = 0; i < seats.length; i++) {
      watches[i].count(seats[i], candidate, ending);
    }
  }

  /** Counts the requests that are under way for too long. */
  void sweep(long now) {
    for (Watch watch : watches) {
      watch.line.sweep(now);
    }
  }
}
