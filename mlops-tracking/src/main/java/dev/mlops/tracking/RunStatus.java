package dev.mlops.tracking;

/** Where a run stands. */
public enum RunStatus {
  /** Started or resumed, and being recorded. */
  RUNNING,
  /** Ended by {@link Run#succeed()}. */
  FINISHED,
  /** Ended by an exception, or closed without {@link Run#succeed()}. */
  FAILED,
  /**
   * Not ended by anyone, and not recorded any more: its process was killed, has exited, has stood
   * still for longer than half a minute, or has closed the workspace. A run that is resumed, or
   * whose process goes on, is {@link #RUNNING} again.
   */
  KILLED
}
