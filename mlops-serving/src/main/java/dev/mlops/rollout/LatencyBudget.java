package dev.mlops.rollout;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.stats.Histogram;
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
 * @param liveNanos the time above which an answer of the live model is late
 * @param candidateNanos the time above which an answer of the candidate is late
 */
public record LatencyBudget(
    double quantile, double tolerance, long liveNanos, long candidateNanos) {

  private static final int LATE_ANSWERS = 10;

  /**
   * Checks the ranges.
   *
   * @param quantile the quantile, within (0, 1), for instance 0.99
   * @param tolerance how many times longer the candidate's latencies may be, at least 1
   * @param liveNanos the time above which an answer of the live model is late
   * @param candidateNanos the time above which an answer of the candidate is late
   * @throws IllegalArgumentException if a number is out of range
   */
  public LatencyBudget {
    requireQuantile(quantile);
    requireTolerance(tolerance);
    if (liveNanos < 1 || candidateNanos < liveNanos) {
      throw new IllegalArgumentException(
          "the candidate's time must be at least the live model's, and that at least 1 ns: %d and %d"
              .formatted(candidateNanos, liveNanos));
    }
  }

  /**
   * Takes the times from what the live model did before the comparison.
   *
   * @param latencies the live model's latencies in nanoseconds; none of an answer that is judged by
   *     the result
   * @param quantile the quantile, within (0, 1), for instance 0.99
   * @param tolerance how many times longer the candidate's latencies may be, at least 1, for
   *     instance 1.1
   * @return the times; the histogram's quantile is exact to 0.4 %
   * @throws IllegalArgumentException if a number is out of range
   * @throws IllegalStateException if there are fewer latencies than {@link #answersNeeded}
   */
  public static LatencyBudget of(Histogram latencies, double quantile, double tolerance) {
    requireNonNull(latencies, "latencies");
    requireTolerance(tolerance);
    long needed = answersNeeded(quantile);
    if (latencies.count() < needed) {
      throw new IllegalStateException(
          "the live model's %s quantile of latency is known from %s on; there are %s. Give a time by latencyOver(...) or let it answer first"
              .formatted(
                  Exactly.number(quantile),
                  Plural.of(needed, "answer"),
                  Plural.grouped(latencies.count())));
    }
    double live = Math.max(1, latencies.quantile(quantile));
    return new LatencyBudget(quantile, tolerance, Math.round(live), Math.round(live * tolerance));
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
   */
  public boolean isLate(boolean candidate, long nanos) {
    return nanos > (candidate ? candidateNanos : liveNanos);
  }

  @Override
  public String toString() {
    return "latency at the quantile %s: %s of the live model, %s of the candidate"
        .formatted(
            Exactly.number(quantile),
            Exactly.duration(Duration.ofNanos(liveNanos)),
            Exactly.duration(Duration.ofNanos(candidateNanos)));
  }
}
