package dev.mlops.serving;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a rollout as a request sees it: who is on the canary, who is evidence, and where to
 * count. A new step is a new trial with fresh counters, so that no tick mixes two shares; what the
 * old step had not completed to a tick is not judged.
 *
 * @param shadow mirrors requests to the candidate, in a step in which it has none of its own
 */
record Trial<I, O>(
    Arm<I, O> arm,
    Rollout rollout,
    int step,
    int threshold,
    long salt,
    Instant ends,
    RequestCounters requests,
    LabelCounters labels,
    Units units,
    @Nullable Shadow<I, O> shadow) {

  long hash(@Nullable String key, long sequence) {
    return key == null ? Buckets.hash(salt, sequence) : Buckets.hash(salt, key);
  }

  boolean isCanary(long hash) {
    return Buckets.of(hash) < threshold;
  }

  /** Returns who answers a request of an audience; nobody gets the answers of a shadow. */
  Arm<I, O> arm(long hash, Audience audience, Arm<I, O> live) {
    boolean isCanary =
        audience == Audience.BY_SHARE
            ? isCanary(hash)
            : audience == Audience.ALWAYS && shadow == null;
    return isCanary ? arm : live;
  }
}
