package dev.mlops.serving;

import dev.mlops.data.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout was told to do, as a plain value. The last share may be 100, which is promotion;
 * each share before it is a step.
 *
 * @param salt chooses which units meet the candidate
 * @param byKey whether a unit of evidence is a key, not a request
 * @param tick how many events make a tick at first
 * @param answerWithin after this time a request that is under way counts as failed
 */
record RolloutTerms(
    String router,
    String live,
    String candidate,
    Digests digests,
    long salt,
    boolean byKey,
    int tick,
    List<Double> shares,
    Duration minimumTime,
    Duration answerWithin,
    Duration deadline,
    Instant started,
    List<GuardTerms> guards) {

  /** The digests of both models' bytes, where they were given. */
  record Digests(@Nullable Digest live, @Nullable Digest candidate) {

    static Digests of(Candidate<?, ?> live, Candidate<?, ?> candidate) {
      return new Digests(live.digest().orElse(null), candidate.digest().orElse(null));
    }
  }

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
