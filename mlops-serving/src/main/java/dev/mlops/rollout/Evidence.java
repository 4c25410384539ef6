package dev.mlops.rollout;

import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.BadRateProcess;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a guard's evidence: about the odds against the live model, about the candidate's
 * own rate, or the mean of both. The mean of two e-values is an e-value against the hypothesis that
 * both of theirs hold, so either of the two may prove the candidate good enough.
 */
record Evidence(
    @Nullable BadEventProcess odds, @Nullable BadRateProcess rate, double logE, double logMaximum)
    implements dev.mlops.stats.EProcess {

  /** Starts the evidence that the candidate is worse than tolerated; none for a metric. */
  static Evidence worse(Bound bound) {
    if (bound instanceof Bound.TwoSided) {
      return of(null, null); // What a metric knows is in MetricEvidence.
    }
    return bound instanceof Bound.Relative relative
        ? of(BadEventProcess.rollback(relative.ratio()), null)
        : of(null, BadRateProcess.rollback(((Bound.Absolute) bound).atMost()));
  }

  /** Starts the evidence that the candidate is good enough to be promoted. */
  static Evidence notWorse(Bound bound) {
    if (bound instanceof Bound.TwoSided) {
      return of(null, null);
    }
    if (bound instanceof Bound.Relative relative) {
      double negligible = relative.negligible();
      return of(
          BadEventProcess.promotion(relative.margin()),
          negligible == 0 ? null : BadRateProcess.promotion(negligible));
    }
    return of(null, BadRateProcess.promotion(((Bound.Absolute) bound).atMost()));
  }

  private static Evidence of(@Nullable BadEventProcess odds, @Nullable BadRateProcess rate) {
    return new Evidence(odds, rate, 0, 0);
  }

  Evidence after(BadEventProcess.Tick counts) {
    BadEventProcess nextOdds = odds == null ? null : odds.after(counts);
    BadRateProcess nextRate = rate == null ? null : rate.after(counts.canary(), counts.canaryBad());
    double next = logMean(nextOdds, nextRate);
    return new Evidence(nextOdds, nextRate, next, Math.max(logMaximum, next));
  }

  private static double logMean(@Nullable BadEventProcess odds, @Nullable BadRateProcess rate) {
    if (odds == null) {
      return rate == null ? 0 : rate.logE();
    }
    if (rate == null) {
      return odds.logE();
    }
    double high = Math.max(odds.logE(), rate.logE());
    double low = Math.min(odds.logE(), rate.logE());
    return high + StrictMath.log((1 + StrictMath.exp(low - high)) / 2);
  }
}
