package dev.mlops.predictions;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * What turned out to be true for a prediction.
 *
 * @param predictionId of the prediction, logged already or yet to come
 * @param time when it became known, rounded down to the microsecond
 * @param value the truth: a number, or 0 and 1 for no and yes
 */
public record Label(String predictionId, Instant time, double value) {

  /**
   * Checks the value.
   *
   * @param predictionId of the prediction, logged already or yet to come
   * @param time when it became known, rounded down to the microsecond
   * @param value the truth: a number, or 0 and 1 for no and yes
   * @throws IllegalArgumentException if the value is NaN
   */
  public Label {
    Objects.requireNonNull(predictionId, "predictionId");
    time = Objects.requireNonNull(time, "time").truncatedTo(ChronoUnit.MICROS);
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException(
          "the label of '" + predictionId + "' is NaN; send no label while it is unknown");
    }
  }
}
