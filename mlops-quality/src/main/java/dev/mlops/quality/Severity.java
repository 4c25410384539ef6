package dev.mlops.quality;

/** What a failed expectation does to the batch. */
public enum Severity {
  /** The batch goes on, with a warning; no row is quarantined. */
  WARN,
  /** The batch is blocked; each row that breaks a row check is quarantined. */
  BLOCK
}
