package dev.mlops.labels;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * A label that is a text.
 *
 * @param predictionId the id of the prediction
 * @param time when the value became known, rounded down to the microsecond
 * @param value the true value, such as the name of a class
 */
public record TextLabel(String predictionId, Instant time, String value) implements Label {

  /**
   * Checks the parts.
   *
   * @param predictionId the id of the prediction
   * @param time when the value became known, rounded down to the microsecond
   * @param value the true value, such as the name of a class
   * @throws IllegalArgumentException if the id is blank
   */
  public TextLabel {
    PredictionId.checked(predictionId);
    time = Objects.requireNonNull(time, "time").truncatedTo(ChronoUnit.MICROS);
    Objects.requireNonNull(value, "value");
  }
}
