package dev.mlops.monitoring;

import java.time.Instant;

/**
 * Says that a rule of a watch has begun or ceased to be broken.
 *
 * @param state whether it begins or ceases
 * @param model the model that is watched
 * @param rule the rule in words, such as {@code roc_auc below 0.7}
 * @param time when it was found
 * @param window the window in which it was found
 * @param sentence the evidence in words
 */
public record Alert(
    State state, String model, String rule, Instant time, TimeWindow window, String sentence) {

  /** Whether an alert begins or ceases. */
  public enum State {
    /** The rule has begun to be broken. */
    FIRING,
    /** The rule holds again. */
    RECOVERED
  }

  @Override
  public String toString() {
    return state + " " + model + ": " + rule + " in " + window + ": " + sentence;
  }
}
