package dev.mlops.rollout;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import java.time.Duration;

/**
 * A guard as a plain value: everything that a verdict depends on, and nothing that only a running
 * program has.
 *
 * @param name the guard's name, one of its own within a rollout
 * @param kind what it counts
 * @param budgetNanos the time in nanoseconds above which an answer is late; 0 unless the kind is
 *     {@link Kind#LATENCY}
 * @param bound what it tolerates
 * @param alpha the bound on the chance that it rolls back a tolerable candidate, within (0, 1)
 * @param beta the bound on the chance that it proves a candidate that is not good enough, within
 *     (0, 1)
 * @param decisive whether promotion waits for its proof
 * @param minimum how many events of the candidate it must count within a step before the next
 * @param warmUp how many of a model's first requests are not counted at most
 */
public record GuardTerms(
    String name,
    Kind kind,
    long budgetNanos,
    Bound bound,
    double alpha,
    double beta,
    boolean decisive,
    long minimum,
    long warmUp) {

  /** What a guard counts as bad. */
  public enum Kind {
    /** A request that failed. */
    ERRORS("errors"),
    /** An answer that took longer than a budget. */
    LATENCY("latency"),
    /** An answer that is no usable output. */
    INVALID_OUTPUTS("invalid outputs"),
    /** An answer that its label has shown to be wrong. */
    LABELS("label errors");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /**
   * Names a guard by what it counts and tolerates.
   *
   * @param kind what it counts
   * @param budgetNanos the budget of {@link Kind#LATENCY}, 0 for others
   * @param bound what it tolerates
   * @return for instance "errors", "latency over 250 ms", "errors at most 5 %"
   */
  public static String nameOf(Kind kind, long budgetNanos, Bound bound) {
    requireNonNull(bound, "bound");
    String subject =
        budgetNanos == 0
            ? kind.text
            : kind.text + " over " + Exactly.duration(Duration.ofNanos(budgetNanos));
    return bound instanceof Bound.Absolute absolute
        ? subject + " at most " + Text.percent(absolute.atMost())
        : subject;
  }
}
