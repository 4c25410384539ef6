package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

/**
 * What one demand of a {@link Promotion} has found.
 *
 * @param gate the demand in words, such as {@code auc at least 0.7}
 * @param passed whether it is met; absent evidence does not meet it
 * @param evidence what was found, or what is missing
 */
public record PromotionFinding(String gate, boolean passed, String evidence) {
  /**
   * Checks the parts.
   *
   * @param gate the demand in words
   * @param passed whether it is met
   * @param evidence what was found, or what is missing
   */
  public PromotionFinding {
    requireNonNull(gate, "gate");
    requireNonNull(evidence, "evidence");
  }

  /** Returns the finding in words. */
  @Override
  public String toString() {
    return gate + ": " + evidence;
  }
}
