package dev.mlops.predictions;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/** What a model answered, where that is more than a score. */
public sealed interface ModelOutput permits ClassScores, TextOutput, VectorOutput {

  /**
   * Makes an output of scores by class.
   *
   * @param scores a score for each class, in any order
   * @return the output
   * @throws IllegalArgumentException if there is no class, or one without a name
   */
  static ModelOutput classScores(Map<String, Double> scores) {
    requireNonNull(scores, "scores");
    return new ClassScores(scores);
  }

  /**
   * Makes an output that is a text.
   *
   * @param text such as the name of a class
   * @return the output
   */
  static ModelOutput text(String text) {
    return new TextOutput(text);
  }

  /**
   * Makes an output of numbers that have no names.
   *
   * @param values at least one; copied
   * @return the output
   * @throws IllegalArgumentException if there is none
   */
  static ModelOutput vector(float... values) {
    requireNonNull(values, "values");
    return new VectorOutput(values);
  }
}
