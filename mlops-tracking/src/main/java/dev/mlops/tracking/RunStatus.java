package dev.mlops.tracking;

/** Where a run stands. */
public enum RunStatus {
  /** Started, and not yet ended by anyone. */
  RUNNING,
  /** Ended by {@link Run#succeed()}. */
  FINISHED,
  /** Ended by an exception, or closed without {@link Run#succeed()}. */
  FAILED
}
