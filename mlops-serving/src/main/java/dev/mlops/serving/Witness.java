package dev.mlops.serving;

import dev.mlops.serving.RequestCounters.Ending;
import org.jspecify.annotations.Nullable;

/** A request that is evidence: counted in when it was assigned, and counted when it comes back. */
final class Witness {

  private final Trial<?, ?> trial;
  private final boolean canary;
  private final @Nullable OpenTick[] seats;

  private Witness(Trial<?, ?> trial, boolean canary, @Nullable OpenTick[] seats) {
    this.trial = trial;
    this.canary = canary;
    this.seats = seats;
  }

  static Witness of(Trial<?, ?> trial, boolean canary, long now) {
    return new Witness(trial, canary, trial.requests().join(canary, now));
  }

  /** Counts for the guards that judge a request at once. */
  void count(Attempt<?> own, boolean invalid, long nanos) {
    trial
        .requests()
        .count(seats, canary, new Ending(own.failed(), own.interrupted(), invalid, nanos));
  }

  /** Counts an answer that guards which wait for labels can't judge. */
  void unscored() {
    if (!trial.labels().isEmpty()) {
      trial.labels().unscored(canary);
    }
  }

  /** Remembers the prediction for the guards that wait for labels; returns under which number. */
  long await(PredictionIds ids, double score) {
    if (trial.labels().isEmpty()) {
      return PredictionIds.NONE;
    }
    long number = ids.nextAwaited();
    trial.labels().remember(number, trial.step(), canary, score);
    return number;
  }
}
