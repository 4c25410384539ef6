package dev.mlops.serving;

/**
 * A guard as a plain value: everything that a verdict depends on, and nothing that only a running
 * program has.
 */
record GuardTerms(
    String name,
    Kind kind,
    long budgetNanos,
    Bound bound,
    double alpha,
    double beta,
    boolean decisive,
    long minimum,
    long warmUp) {

  enum Kind {
    ERRORS,
    LATENCY,
    INVALID_OUTPUTS,
    LABELS
  }
}
