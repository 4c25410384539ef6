package dev.mlops.study;

import static java.util.Objects.requireNonNull;

/**
 * The best trial of a study, and why it is.
 *
 * @param trial the trial
 * @param reason one sentence
 */
public record BestTrial(TrialView trial, String reason) {

  /**
   * Checks the parts.
   *
   * @param trial the trial
   * @param reason one sentence
   */
  public BestTrial {
    requireNonNull(trial, "trial");
    requireNonNull(reason, "reason");
  }

  @Override
  public String toString() {
    return reason;
  }
}
