package dev.mlops.serving;

import dev.mlops.error.Exactly;
import java.time.Duration;

/**
 * An answer of a {@link DeploymentRouter}, with where it came from.
 *
 * @param value the answer
 * @param id names this prediction in the prediction log; a later {@link dev.mlops.labels.Label}
 *     refers to it
 * @param model the model that made the value
 * @param version the version that made the value; where the models failed, the name of the {@link
 *     RouterBuilder#otherwise(String, java.util.function.Function)} that answered, such as {@code
 *     "default"}
 * @param variant the arm that the request was assigned to, {@code "live"} or {@code "canary"}
 * @param fallback whether the assigned model failed and something else answered
 * @param latency the time from the question to the answer, in the router
 * @param <O> what is answered
 */
public record Prediction<O>(
    O value,
    String id,
    String model,
    String version,
    String variant,
    boolean fallback,
    Duration latency) {
  @Override
  public String toString() {
    return "prediction '"
        + id
        + "' of "
        + model
        + ":"
        + version
        + " in "
        + Exactly.duration(latency)
        + (fallback ? " by fallback: " : ": ")
        + value;
  }
}
