package dev.mlops.rollout;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.stats.Histogram;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * The times by which a latency quantile of two models is compared without a time that anybody has
 * to state: the live model's quantile, as it was before the comparison, and that many times longer
 * for the candidate as is tolerated.
 *
 * <p>An answer is late if it takes longer than its own model's time. The late answers of both go
 * into {@link dev.mlops.stats.BadEventProcess} tick by tick, at a tolerance of 1. That tests the
 * hypothesis that the candidate's latencies, divided by the tolerance, are stochastically no longer
 * than those of the live model at the same moment: it may be longer than any time at most as often.
 * It keeps its bound exactly, whatever the load does to both, and however far the live model's
 * quantile has moved away from what it was: then only the power is that of another quantile. New
 * times may be taken at each step, from answers before it.
 *
 * <p>A certificate needs nothing but both times and the counts.
 *
 * <p>Immutable.
 *
 * @param quantile the quantile, within (0, 1), for instance 0.99
 * @param tolerance how many times longer the candidate's latencies may be, at least 1
 * @param liveNanos the time above which an answer of the live model is late; 0 in a plan that has
 *     not started, whose times are not taken yet
 */
public record LatencyBudget(double quantile, double tolerance, long liveNanos) {

  private static final int LATE_ANSWERS = 10;

  /**
   * Checks the ranges.
   *
   * @param quantile the quantile, within (0, 1), for instance 0.99
   * @param tolerance how many times longer the candidate's latencies may be, at least 1
   * @param liveNanos the time above which an answer of the live model is late; 0 if it is not taken
   *     yet
   * @throws IllegalArgumentException if a number is out of range
   */
  public LatencyBudget {
    requireQuantile(quantile);
    requireTolerance(tolerance);
    if (liveNanos < 0) {
      throw new IllegalArgumentException(
          "the live model's time must not be negative: " + Plural.grouped(liveNanos));
    }
  }

  /**
   * Says what is to be compared, before the times are taken.
   *
   * @param quantile the quantile, within (0, 1), for instance 0.99
   * @param tolerance how many times longer the candidate's latencies may be, at least 1
   * @return a budget without times
   * @throws IllegalArgumentException if a number is out of range
   */
  public static LatencyBudget untaken(double quantile, double tolerance) {
    return new LatencyBudget(quantile, tolerance, 0);
  }

  /**
   * Takes the times from what the live model did before the comparison.
   *
   * @param latencies the live model's latencies in nanoseconds; none of an answer that is judged by
   *     the result
   * @return the same comparison with its times; the histogram's quantile is exact to 0.4 %
   * @throws IllegalStateException if there are fewer latencies than {@link #answersNeeded}
   */
  public LatencyBudget taken(Histogram latencies) {
    requireNonNull(latencies, "latencies");
    long needed = answersNeeded(quantile);
    if (latencies.count() < needed) {
      throw new IllegalStateException(
          "the live model's latency %s is known from %s on, and there are %s; start again when it has answered more, or give a time by latencyOver(...)"
              .formatted(
                  percentile(), Plural.of(needed, "answer"), Plural.grouped(latencies.count())));
    }
    return new LatencyBudget(
        quantile, tolerance, Math.max(1, Math.round(latencies.quantile(quantile))));
  }

  /**
   * Returns how many answers of the live model it takes to know a quantile: ten beyond it, or below
   * it where that is rarer.
   *
   * @param quantile the quantile, within (0, 1)
   * @return the number of answers: 1,000 for the quantile 0.99
   * @throws IllegalArgumentException if the quantile is out of range
   */
  public static long answersNeeded(double quantile) {
    requireQuantile(quantile);
    double rarer = Math.min(quantile, 1 - quantile);
    return (long) Math.ceil(LATE_ANSWERS / rarer - 1e-6);
  }

  /**
   * Returns the time above which an answer of the candidate is late.
   *
   * @return the live model's time, that many times longer as is tolerated, in whole nanoseconds; 0
   *     if the times are not taken yet
   */
  public long candidateNanos() {
    return Math.round(liveNanos * tolerance);
  }

  /**
   * Tells whether the times are taken.
   *
   * @return false for a plan that has not started
   */
  public boolean isTaken() {
    return liveNanos > 0;
  }

  /** Names the quantile as people do: p99, p99.9. */
  String percentile() {
    return "p"
        + BigDecimal.valueOf(quantile).movePointRight(2).stripTrailingZeros().toPlainString();
  }

  private static void requireQuantile(double quantile) {
    if (!(quantile > 0 && quantile < 1)) {
      throw new IllegalArgumentException(
          "quantile must lie between 0 and 1, such as 0.99: " + Exactly.number(quantile));
    }
  }

  private static void requireTolerance(double tolerance) {
    if (!(tolerance >= 1 && tolerance <= Bound.GREATEST_RATIO)) {
      throw new IllegalArgumentException(
          "tolerance must be a ratio of times from 1 to 1,000, such as 1.1: "
              + Exactly.number(tolerance));
    }
  }

  /**
   * Tells whether an answer is late.
   *
   * @param candidate whether the candidate gave it
   * @param nanos how long it took
   * @return whether that is longer than the model's time
   * @throws IllegalStateException if the times are not taken yet
   */
  public boolean isLate(boolean candidate, long nanos) {
    return nanos > nanos(candidate);
  }

  /** Returns the time of a model above which its answers are late. */
  long nanos(boolean candidate) {
    if (!isTaken()) {
      throw new IllegalStateException(
          "the times of the latency %s are taken when the rollout starts".formatted(percentile()));
    }
    return candidate ? candidateNanos() : liveNanos;
  }

  @Override
  public String toString() {
    return isTaken()
        ? "latency %s: %s of the live model, %s of the candidate"
            .formatted(percentile(), duration(liveNanos), duration(candidateNanos()))
        : "latency %s: %s times the live model's at most, from the start on"
            .formatted(percentile(), Exactly.number(tolerance));
  }

  private static String duration(long nanos) {
    return Exactly.duration(Duration.ofNanos(nanos));
  }
}
