package dev.mlops.serving;

import dev.mlops.serving.RequestRule.Ending;
import org.jspecify.annotations.Nullable;

/** A request of the live model that a shadow answers too, once the live model has. */
final class PairWitness<I, O> implements Witness<O> {

  private final Trial<I, O> trial;
  private final Shadow<I, O> shadow;
  private final I input;
  private final long unit;

  PairWitness(Trial<I, O> trial, Shadow<I, O> shadow, I input, long unit) {
    this.trial = trial;
    this.shadow = shadow;
    this.input = input;
    this.unit = unit;
  }

  @Override
  public PredictionIds.@Nullable Awaited count(
      PredictionIds ids, Attempt<O> own, Output output, long nanos) {
    boolean waits = output.isScored() && !trial.labels().isEmpty();
    PredictionIds.Awaited awaited =
        waits ? ids.await(trial.rollout().id(), trial.step(), true, unit) : null;
    shadow.mirror(
        new Mirrored<>(
            input,
            own.value(),
            output,
            new Ending(own.failed(), own.interrupted(), output.invalid(), nanos),
            unit,
            awaited == null ? PredictionIds.NONE : awaited.number()));
    return awaited;
  }
}
