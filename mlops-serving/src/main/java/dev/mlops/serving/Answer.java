package dev.mlops.serving;

import dev.mlops.error.Exactly;
import java.time.Duration;

/** What a request came to: a prediction, or a failure that the caller will see. */
record Answer<O>(
    Attempt<O> attempt,
    String id,
    String model,
    String version,
    String variant,
    Outcome outcome,
    Duration latency) {

  enum Outcome {
    OK("ok"),
    FALLBACK("fallback"),
    ERROR("error");

    final String text;

    Outcome(String text) {
      this.text = text;
    }
  }

  /** Returns the prediction, or throws what the model threw. */
  Prediction<O> prediction() {
    return new Prediction<>(
        attempt.get(), id, model, version, variant, outcome == Outcome.FALLBACK, latency);
  }

  @Override
  public String toString() {
    return outcome.text + " of " + model + ":" + version + " in " + Exactly.duration(latency);
  }
}
