package dev.mlops.quality;

/** What a suite says of a whole batch. */
public enum Verdict {
  /** Every expectation was met. */
  PASSED,
  /** Only expectations of severity {@link Severity#WARN} failed. */
  WARNED,
  /** At least one expectation of severity {@link Severity#BLOCK} failed. */
  BLOCKED
}
