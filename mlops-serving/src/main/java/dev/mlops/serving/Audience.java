package dev.mlops.serving;

/** Who of a router's requests may meet the candidate of a rollout. */
public enum Audience {
  /** The share of the step decides; only such requests are evidence. */
  BY_SHARE,
  /** Meets the candidate from the first step on, and is no evidence, as nobody drew it. */
  ALWAYS,
  /** Meets the live model until the candidate is promoted, and is no evidence. */
  NEVER
}
