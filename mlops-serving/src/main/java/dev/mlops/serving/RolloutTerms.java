package dev.mlops.serving;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a rollout was told to do, as a plain value. The last share may be 100, which is promotion;
 * each share before it is a step.
 */
record RolloutTerms(
    String router,
    String live,
    String candidate,
    List<Double> shares,
    Duration minimumTime,
    Duration deadline,
    Instant started,
    List<GuardTerms> guards) {

  RolloutTerms {
    shares = List.copyOf(shares);
    guards = List.copyOf(guards);
  }

  boolean isLastStep(int step) {
    return step + 1 == shares.size();
  }

  /** Whether what follows this step is promotion. */
  boolean promotesAfter(int step) {
    return !isLastStep(step) && shares.get(step + 1) == 100;
  }

  Instant ends() {
    return started.plus(deadline);
  }
}
