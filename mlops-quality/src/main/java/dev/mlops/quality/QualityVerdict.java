package dev.mlops.quality;

/** What a suite says of a whole batch. */
public enum QualityVerdict {
  /** Every expectation that could be judged was met, and at least one could be judged. */
  PASSED,
  /** Of those that could be judged, only expectations of severity {@link Severity#WARN} failed. */
  WARNED,
  /** At least one expectation of severity {@link Severity#BLOCK} failed. */
  BLOCKED,
  /** No expectation could be judged, as there was nothing to look at: neither good nor bad. */
  NOT_JUDGED
}
