package dev.mlops.rollout;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Exactly;

/** What a guard tolerates, and what promotion needs of it, as a plain value. */
public sealed interface Bound {

  /** The least ratio; below it, evidence would leave the range of a double. */
  double LEAST_RATIO = 0.001;

  /** The greatest ratio; above it, evidence would leave the range of a double. */
  double GREATEST_RATIO = 1_000;

  /**
   * Says what is tolerated.
   *
   * @return the words of a sentence, for instance "more than 5 %"
   */
  String tolerated();

  /**
   * Says what is to be proven.
   *
   * @return the words of a sentence, for instance "below 5 %"
   */
  String toProve();

  /**
   * Compared with the live model.
   *
   * @param ratio the odds ratio that is tolerated
   * @param margin the odds ratio below which the candidate is good enough
   * @param negligible the rate below which it is good enough whatever the live model's is; 0 if
   *     there is none
   */
  record Relative(double ratio, double margin, double negligible) implements Bound {

    /**
     * Checks the ranges.
     *
     * @param ratio the odds ratio that is tolerated
     * @param margin the odds ratio below which the candidate is good enough
     * @param negligible the rate below which it is good enough whatever the live model's is; 0 if
     *     there is none
     * @throws IllegalArgumentException if a ratio is not within [0.001, 1000], or the rate not
     *     within [0, 1)
     */
    public Relative {
      requireRatio("ratio", ratio);
      requireRatio("margin", margin);
      if (!(negligible >= 0 && negligible < 1)) {
        throw new IllegalArgumentException(
            "negligible must be a rate from 0 to below 1, such as 0.001: "
                + Exactly.number(negligible));
      }
    }

    /**
     * Checks a ratio.
     *
     * @param what its name in the message
     * @param value the ratio
     * @return the ratio
     * @throws IllegalArgumentException if it is not within [0.001, 1000]
     */
    @CanIgnoreReturnValue
    public static double requireRatio(String what, double value) {
      requireNonNull(what, "what");
      if (!(value >= LEAST_RATIO && value <= GREATEST_RATIO)) {
        throw new IllegalArgumentException(
            what + " must lie within 0.001 and 1,000, such as 1 or 1.25: " + Exactly.number(value));
      }
      return value;
    }

    @Override
    public String tolerated() {
      return "worse than tolerated (ratio " + Exactly.number(ratio) + ")";
    }

    @Override
    public String toProve() {
      String times = "below " + Exactly.number(margin) + " times the live model's odds";
      return negligible == 0 ? times : times + ", or below " + Text.percent(negligible);
    }
  }

  /**
   * A limit of its own, whatever the live model does.
   *
   * @param atMost the highest rate that is fine
   */
  record Absolute(double atMost) implements Bound {

    /**
     * Checks the range.
     *
     * @param atMost the highest rate that is fine
     * @throws IllegalArgumentException if the rate is not within (0, 1)
     */
    public Absolute {
      if (!(atMost > 0 && atMost < 1)) {
        throw new IllegalArgumentException(
            "atMost must lie between 0 and 1: " + Exactly.number(atMost));
      }
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

  /**
   * Compared with the live model in both directions: the metric of an A/B test.
   *
   * @param margin the odds ratio from which on a difference matters, one way or the other
   */
  record TwoSided(double margin) implements Bound {

    /** The greatest margin: two of which one has ten times the odds are not nearly equal. */
    public static final double GREATEST_MARGIN = 10;

    /**
     * Checks the range.
     *
     * @param margin the odds ratio from which on a difference matters, one way or the other
     * @throws IllegalArgumentException if the margin is not above 1 and at most 10
     */
    public TwoSided {
      if (!(margin > 1 && margin <= GREATEST_MARGIN)) {
        throw new IllegalArgumentException(
            "the margin of an A/B test must be an odds ratio above 1 and at most 10, such as 1.25: "
                + Exactly.number(margin));
      }
    }

    @Override
    public String tolerated() {
      return "worse than the live model";
    }

    @Override
    public String toProve() {
      return "better than the live model";
    }
  }
}
