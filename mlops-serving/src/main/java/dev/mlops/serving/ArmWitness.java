package dev.mlops.serving;

import dev.mlops.serving.PendingLabels.Pending;
import dev.mlops.serving.RequestCounters.Seats;
import dev.mlops.serving.RequestRule.Ending;
import org.jspecify.annotations.Nullable;

/** A request of one model: counted in when it was assigned, and counted when it comes back. */
final class ArmWitness<O> implements Witness<O> {

  private final Trial<?, O> trial;
  private final boolean canary;
  private final long unit;
  private final Seats seats;

  private ArmWitness(Trial<?, O> trial, boolean canary, long unit, Seats seats) {
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
  static <O> ArmWitness<O> of(
      Trial<?, O> trial, boolean canary, long unit, boolean isKey, long now) {
    return new ArmWitness<>(trial, canary, unit, trial.requests().join(canary, unit, isKey, now));
  }

  @Override
  public PredictionIds.@Nullable Awaited count(
      PredictionIds ids, Attempt<O> own, Output output, long nanos) {
    trial
        .requests()
        .count(seats, canary, new Ending(own.failed(), own.interrupted(), output.invalid(), nanos));
    if (trial.labels().isEmpty()) {
      return null;
    }
    if (output.isScored()) {
      return await(ids, output.score());
    }
    if (!own.failed()) {
      trial.labels().unscored(canary);
    }
    return null;
  }

  private PredictionIds.Awaited await(PredictionIds ids, double score) {
    PredictionIds.Awaited awaited = ids.await(trial.rollout().id(), trial.step(), canary, unit);
    trial.labels().remember(new Pending(awaited.number(), trial.step(), canary, score, unit));
    return awaited;
  }
}
