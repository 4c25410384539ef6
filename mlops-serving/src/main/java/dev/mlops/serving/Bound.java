package dev.mlops.serving;

import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.BadRateProcess;

/** What a guard tolerates, and what promotion needs of it, as a plain value. */
sealed interface Bound {

  /** Starts the evidence that the candidate is worse than tolerated. */
  Evidence worse();

  /** Starts the evidence that the candidate is good enough to be promoted. */
  Evidence notWorse();

  /** What is tolerated, in words. */
  String tolerated();

  /** What is to be proven, in words. */
  String toProve();

  /** Beyond these, evidence would leave the range of a double. */
  double LEAST_RATIO = 0.001;

  double GREATEST_RATIO = 1_000;

  /**
   * Compared with the live model.
   *
   * @param ratio the odds ratio that is tolerated
   * @param margin the odds ratio below which the candidate is good enough
   * @param negligible the rate below which it is good enough whatever the live model's is; 0 if
   *     there is none
   */
  record Relative(double ratio, double margin, double negligible) implements Bound {

    public Relative {
      requireRatio("ratio", ratio);
      requireRatio("margin", margin);
      if (!(negligible >= 0 && negligible < 1)) {
        throw new IllegalArgumentException(
            "negligible must be a rate from 0 to below 1, such as 0.001: " + negligible);
      }
    }

    static double requireRatio(String what, double value) {
      if (!(value >= LEAST_RATIO && value <= GREATEST_RATIO)) {
        throw new IllegalArgumentException(
            what + " must lie within 0.001 and 1000, such as 1 or 1.25: " + value);
      }
      return value;
    }

    @Override
    public Evidence worse() {
      return Evidence.of(BadEventProcess.rollback(ratio), null);
    }

    @Override
    public Evidence notWorse() {
      return Evidence.of(
          BadEventProcess.promotion(margin),
          negligible == 0 ? null : BadRateProcess.promotion(negligible));
    }

    @Override
    public String tolerated() {
      return "worse than tolerated (ratio " + Text.number(ratio) + ")";
    }

    @Override
    public String toProve() {
      String times = "below " + Text.number(margin) + " times the live model's odds";
      return negligible == 0 ? times : times + ", or below " + Text.percent(negligible);
    }
  }

  /**
   * A limit of its own, whatever the live model does.
   *
   * @param atMost the highest rate that is fine
   */
  record Absolute(double atMost) implements Bound {

    public Absolute {
      if (!(atMost > 0 && atMost < 1)) {
        throw new IllegalArgumentException("atMost must lie between 0 and 1: " + atMost);
      }
    }

    @Override
    public Evidence worse() {
      return Evidence.of(null, BadRateProcess.rollback(atMost));
    }

    @Override
    public Evidence notWorse() {
      return Evidence.of(null, BadRateProcess.promotion(atMost));
    }

    @Override
    public String tolerated() {
      return "more than " + Text.percent(atMost);
    }

    @Override
    public String toProve() {
      return "below " + Text.percent(atMost);
    }
  }
}
