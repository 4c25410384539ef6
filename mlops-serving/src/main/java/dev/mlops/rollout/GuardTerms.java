package dev.mlops.rollout;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.stats.Histogram;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A guard as a plain value: everything that a verdict depends on, and nothing that only a running
 * program has.
 *
 * @param name the guard's name, one of its own within a rollout
 * @param kind what it counts
 * @param budgetNanos the time in nanoseconds above which an answer is late; 0 unless the kind is
 *     {@link Kind#LATENCY}
 * @param quantile the times that the live model's quantile gives; null unless the kind is {@link
 *     Kind#LATENCY_QUANTILE}
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
    @Nullable LatencyBudget quantile,
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
    /** An answer that took longer than its own model's time, by a quantile of the live model. */
    LATENCY_QUANTILE("latency"),
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
   * @param quantile the quantile of {@link Kind#LATENCY_QUANTILE}, null for others
   * @param limit the limit of a kind that compares answers, 0 for others
   * @param bound what it tolerates
   * @return for instance "errors", "latency over 250 milliseconds", "latency p99", "errors at most
   *     5 %"
   */
  public static String nameOf(
      Kind kind, long budgetNanos, @Nullable LatencyBudget quantile, double limit, Bound bound) {
    requireNonNull(bound, "bound");
    String subject = kind.text + by(kind, budgetNanos, quantile, limit);
    return bound instanceof Bound.Absolute absolute
        ? subject + " at most " + Text.percent(absolute.atMost())
        : subject;
  }

  private static String by(
      Kind kind, long budgetNanos, @Nullable LatencyBudget quantile, double limit) {
    return switch (kind) {
      case LATENCY -> " over " + Exactly.duration(Duration.ofNanos(budgetNanos));
      case LATENCY_QUANTILE -> quantile == null ? "" : " " + quantile.percentile();
      case DISAGREEMENT -> limit == 0 ? "" : " over " + Exactly.number(limit);
      case CLASS_FLIPS -> " at " + Exactly.number(limit);
      case ERRORS, INVALID_OUTPUTS, LABELS -> "";
    };
  }

  /**
   * Returns the time above which an answer is late.
   *
   * @param candidate whether the candidate gave it
   * @return the time in nanoseconds; 0 for a guard that counts no late answers
   * @throws IllegalStateException if it is a quantile's, and the plan has not started
   */
  public long lateNanos(boolean candidate) {
    return quantile == null ? budgetNanos : quantile.nanos(candidate);
  }

  /** Says what is tolerated, in words. */
  String tolerated() {
    return quantile == null
        ? bound.tolerated()
        : "more than tolerated (%s times as long)".formatted(Exactly.number(quantile.tolerance()));
  }

  /** Says which answers were bad, where the guard's name does not and the times are known. */
  String bad(boolean candidate) {
    return quantile == null || !quantile.isTaken()
        ? ""
        : " over " + Text.duration(quantile.nanos(candidate));
  }

  /** Returns the same guard with the times of another one, if both are of a quantile. */
  GuardTerms timedAs(GuardTerms other) {
    LatencyBudget times = other.quantile;
    return quantile == null || times == null
        ? this
        : with(new LatencyBudget(quantile.quantile(), quantile.tolerance(), times.liveNanos()));
  }

  /** Takes the times of a quantile. */
  GuardTerms timedBy(Histogram latencies) {
    return quantile == null ? this : with(quantile.taken(latencies));
  }

  GuardTerms with(@Nullable LatencyBudget times) {
    return new GuardTerms(
        name, kind, budgetNanos, times, limit, bound, alpha, beta, decisive, minimum, warmUp);
  }
}
