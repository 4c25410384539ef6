package dev.mlops.serving;

import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.RolloutTerms;

/**
 * When a request is a bad event to a guard that judges it when it comes back.
 *
 * @param kind what the guard counts
 * @param times after which a request is late
 */
record RequestRule(GuardTerms.Kind kind, AnswerTimes times) {

  /** What came of a request: how the model's attempt ended, and how long it took. */
  record Ending(boolean failed, boolean interrupted, boolean invalid, long nanos) {}

  static RequestRule of(GuardTerms guard, RolloutTerms plan) {
    return new RequestRule(guard.kind(), AnswerTimes.of(guard, plan.answerWithin()));
  }

  boolean isBad(boolean candidate, Ending ending) {
    return isAboutOutputs() ? ending.invalid : isLate(candidate, ending) || ending.failed;
  }

  /**
   * A caller who is interrupted ends a request that might have been answered in time: it says
   * nothing, unless its time was up already. A failure says nothing about outputs.
   */
  boolean saysNothing(boolean candidate, Ending ending) {
    return isAboutOutputs() ? ending.failed : ending.interrupted && !isLate(candidate, ending);
  }

  boolean isAboutOutputs() {
    return kind == GuardTerms.Kind.INVALID_OUTPUTS;
  }

  private boolean isLate(boolean candidate, Ending ending) {
    return ending.nanos > times.nanos(candidate);
  }
}
