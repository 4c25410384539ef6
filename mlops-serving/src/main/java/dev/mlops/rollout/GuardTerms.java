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
 * @param limit what two answers of one request are compared by: the tolerance of {@link
 *     Kind#DISAGREEMENT}, the threshold of {@link Kind#CLASS_FLIPS}; 0 for others
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
    double limit,
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
    LABELS("label errors"),
    /** An answer of a shadow that differs from the live model's by more than a tolerance. */
    DISAGREEMENT("disagreement"),
    /** An answer of a shadow that is of another class than the live model's. */
    CLASS_FLIPS("class flips");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /**
     * Tells whether a request can be judged by itself, as soon as it comes back.
     *
     * @return false for {@link #LABELS} and for what compares answers
     */
    public boolean judgesRequests() {
      return this != LABELS && !comparesAnswers();
    }

    /**
     * Tells whether it is the difference of two answers to one request that is bad, which only a
     * shadow can show.
     *
     * @return true for {@link #DISAGREEMENT} and {@link #CLASS_FLIPS}
     */
    public boolean comparesAnswers() {
      return this == DISAGREEMENT || this == CLASS_FLIPS;
    }
  }

  /**
   * Names a guard by what it counts and tolerates.
   *
   * @param kind what it counts
   * @param budgetNanos the budget of {@link Kind#LATENCY}, 0 for others
   * @param limit the limit of a kind that compares answers, 0 for others
   * @param bound what it tolerates
   * @return for instance "errors", "latency over 250 ms", "errors at most 5 %"
   */
  public static String nameOf(Kind kind, long budgetNanos, double limit, Bound bound) {
    requireNonNull(bound, "bound");
    String subject = kind.text + by(kind, budgetNanos, limit);
    return bound instanceof Bound.Absolute absolute
        ? subject + " at most " + Text.percent(absolute.atMost())
        : subject;
  }

  private static String by(Kind kind, long budgetNanos, double limit) {
    return switch (kind) {
      case LATENCY -> " over " + Exactly.duration(Duration.ofNanos(budgetNanos));
      case DISAGREEMENT -> limit == 0 ? "" : " over " + Exactly.number(limit);
      case CLASS_FLIPS -> " at " + Exactly.number(limit);
      case ERRORS, INVALID_OUTPUTS, LABELS -> "";
    };
  }
}
