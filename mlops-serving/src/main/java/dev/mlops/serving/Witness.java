package dev.mlops.serving;

import dev.mlops.serving.RequestCounters.Ending;
import dev.mlops.serving.RequestCounters.Seats;
import org.jspecify.annotations.Nullable;

/** A request that is evidence: counted in when it was assigned, and counted when it comes back. */
final class Witness {

  private final Trial<?, ?> trial;
  private final boolean canary;
  private final long unit;
  private final Seats seats;

  private Witness(Trial<?, ?> trial, boolean canary, long unit, Seats seats) {
    this.trial = trial;
    this.canary = canary;
    this.unit = unit;
    this.seats = seats;
  }

  /**
   * Counts a request in.
   *
   * @param unit the hash of its key, or one of its own
   * @param isKey whether other processes know the unit by its key
   */
  static Witness of(Trial<?, ?> trial, boolean canary, long unit, boolean isKey, long now) {
    return new Witness(trial, canary, unit, trial.requests().join(canary, unit, isKey, now));
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

  /** Remembers the prediction for the guards that wait for labels; null if none does. */
  PredictionIds.@Nullable Awaited await(PredictionIds ids, double score) {
    if (trial.labels().isEmpty()) {
      return null;
    }
    PredictionIds.Awaited awaited = ids.await(trial.rollout().id(), trial.step(), canary, unit);
    trial.labels().remember(awaited.number(), trial.step(), canary, score, unit);
    return awaited;
  }
}
