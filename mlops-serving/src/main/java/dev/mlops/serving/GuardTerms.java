package dev.mlops.serving;

import dev.mlops.stats.BadEventProcess;

/**
 * A guard as a plain value: everything that a verdict depends on, and nothing that only a running
 * program has.
 */
record GuardTerms(
    String name,
    Kind kind,
    long budgetNanos,
    double ratio,
    double alpha,
    double beta,
    boolean decisive,
    long minimum,
    long warmUp) {

  enum Kind {
    ERRORS,
    LATENCY,
    LABELS
  }

  BadEventProcess againstCandidate() {
    return BadEventProcess.rollback(ratio);
  }

  BadEventProcess forCandidate() {
    return BadEventProcess.promotion(ratio);
  }
}
