package dev.mlops.labels;

import java.time.Instant;

/**
 * What turned out to be true of a prediction: a number, or a text such as the name of a class.
 *
 * <pre>{@code
 * Label.of("7d1f", landedAt, 1);
 * Label.of("7d20", answeredAt, "late");
 * }</pre>
 */
public sealed interface Label permits NumberLabel, TextLabel {

  /**
   * Makes a label that is a number.
   *
   * @param predictionId the id of the prediction, logged already or yet to come
   * @param time when the value became known, rounded down to the microsecond
   * @param value the true value; for yes and no 1 and 0
   * @return the label
   * @throws IllegalArgumentException if the id is blank or the value is NaN
   */
  static Label of(String predictionId, Instant time, double value) {
    return new NumberLabel(predictionId, time, value);
  }

  /**
   * Makes a label that is a text.
   *
   * @param predictionId the id of the prediction, logged already or yet to come
   * @param time when the value became known, rounded down to the microsecond
   * @param value the true value, such as the name of a class
   * @return the label
   * @throws IllegalArgumentException if the id is blank
   */
  static Label of(String predictionId, Instant time, String value) {
    return new TextLabel(predictionId, time, value);
  }

  /**
   * Returns which prediction the label belongs to.
   *
   * @return the id of the prediction, unique in its project
   */
  String predictionId();

  /**
   * Returns when the value became known.
   *
   * @return the time, in whole microseconds
   */
  Instant time();
}
