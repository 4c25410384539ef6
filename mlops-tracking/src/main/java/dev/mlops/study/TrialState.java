package dev.mlops.study;

/** Where an attempt at a trial stands. */
public enum TrialState {
  /** A process is working on it, as far as is known. */
  RUNNING,
  /** It ended and logged a finite objective. */
  FINISHED,
  /** It ended, and its objective is not known: it was not logged, or is NaN or infinite. */
  UNMEASURED,
  /** It was told to stop, since others were better at the same step. */
  PRUNED,
  /** An exception ended it. */
  FAILED,
  /** Its process died. The trial is given again, up to three times in all. */
  LOST
}
