package dev.mlops.serving;

import org.jspecify.annotations.Nullable;

/**
 * Decides which requests of a step are evidence, for every guard alike.
 *
 * <p>Where traffic is assigned by key, the unit of evidence is the key: its first request in the
 * step counts, and only if the key was on the live model in the step before. Keys that join the
 * canary in this step were drawn from those by the hash alone, whatever happened before; keys that
 * are on it already were not drawn again, and would only repeat what they said. So each step's
 * evidence is a fair comparison given all earlier steps, and the product of them keeps its bound.
 *
 * <p>A key that is evidence in a shadow is none in the steps after it: a second bucket tells them
 * apart.
 *
 * @param from the first bucket that counts: where the step before ended
 * @param sample who may count at all
 * @param seen tells a key's first request, or null if each request is a unit
 * @param others the keys that other processes have counted
 */
record Units(int from, Sample sample, @Nullable SeenKeys seen, UnitSet others) {

  /**
   * A part of all units, by their second buckets.
   *
   * @param from the first bucket of it
   * @param to the first bucket beyond it
   */
  record Sample(int from, int to) {

    static final Sample ALL = new Sample(0, Buckets.COUNT);

    boolean has(long hash) {
      if (to - from == Buckets.COUNT) {
        return true;
      }
      int bucket = Buckets.ofShadow(hash);
      return bucket >= from && bucket < to;
    }
  }

  /** Each request is a unit of its own. */
  static Units requests(Sample sample) {
    return new Units(0, sample, null, new UnitSet());
  }

  /** Each key is a unit; those below the bucket have spoken in an earlier step. */
  static Units keys(int from, Sample sample, UnitSet others) {
    return new Units(from, sample, new SeenKeys(), others);
  }

  /**
   * Whether a request counts. One without a key was drawn by itself, so it is a unit of its own.
   */
  boolean count(long hash, boolean hasKey) {
    return Buckets.of(hash) >= from
        && sample.has(hash)
        && (seen == null || !hasKey || isFirst(seen, hash));
  }

  private boolean isFirst(SeenKeys seen, long hash) {
    return seen.first(hash) && !others.contains(CountedUnits.unit(hash));
  }

  /** Whether the units are known by their keys, to all processes. */
  boolean areKeys() {
    return seen != null;
  }
}
