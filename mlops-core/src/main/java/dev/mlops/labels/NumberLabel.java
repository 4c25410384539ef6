package dev.mlops.labels;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * A label that is a number.
 *
 * @param predictionId the id of the prediction
 * @param time when the value became known, rounded down to the microsecond
 * @param value the true value; for yes and no 1 and 0; never NaN
 */
public record NumberLabel(String predictionId, Instant time, double value) implements Label {

  /**
   * Checks the value.
   *
   * @param predictionId the id of the prediction
   * @param time when the value became known, rounded down to the microsecond
   * @param value the true value; for yes and no 1 and 0; never NaN
   * @throws IllegalArgumentException if the id is blank or the value is NaN
   */
  public NumberLabel {
    PredictionId.checked(predictionId);
    time = Objects.requireNonNull(time, "time").truncatedTo(ChronoUnit.MICROS);
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException(
          "the label of '" + predictionId + "' is NaN; send no label while it is unknown");
    }
  }
}
