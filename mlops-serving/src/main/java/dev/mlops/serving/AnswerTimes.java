package dev.mlops.serving;

import dev.mlops.rollout.GuardTerms;
import java.time.Duration;

/** How long an answer of each model may take before a guard counts its request as bad. */
record AnswerTimes(long candidateNanos, long liveNanos) {

  /** The times of a guard of latency; every other guard waits for an answer so long. */
  static AnswerTimes of(GuardTerms guard, Duration answerWithin) {
    long within = answerWithin.toNanos();
    return guard.lateNanos(true) == 0
        ? new AnswerTimes(within, within)
        : new AnswerTimes(guard.lateNanos(true), guard.lateNanos(false));
  }

  long nanos(boolean candidate) {
    return candidate ? candidateNanos : liveNanos;
  }
}
