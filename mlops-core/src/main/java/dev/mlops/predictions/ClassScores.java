package dev.mlops.predictions;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An output with a score for each class.
 *
 * @param scores by the name of the class, in the order given; unmodifiable
 */
public record ClassScores(Map<String, Double> scores) implements ModelOutput {

  /**
   * Copies the scores.
   *
   * @param scores by the name of the class
   * @throws IllegalArgumentException if there is no class, or one without a name
   */
  public ClassScores {
    Objects.requireNonNull(scores, "scores");
    if (scores.isEmpty() || scores.containsKey("")) {
      throw new IllegalArgumentException(
          "an output needs a score for at least one class, and each class a name: " + scores);
    }
    Map<String, Double> copy = new LinkedHashMap<>(scores);
    if (copy.containsValue(null)) {
      throw new IllegalArgumentException("a class has no score; leave it out, or say NaN");
    }
    scores = Collections.unmodifiableMap(copy);
  }
}
