package dev.mlops.parity;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;

/**
 * How far a computed number may lie from the recorded one: so many ulps, or {@code |a - b| <=
 * tolerance * max(1, |a|)}, {@code a} being the recorded one.
 *
 * @param ulps at least 0
 * @param tolerance at least 0, finite
 */
record Limit(long ulps, double tolerance) {

  static final Limit EXACT = new Limit(0, 0);

  boolean allows(long apart, double recorded, double computed) {
    return apart <= ulps
        || Math.abs(recorded - computed) <= tolerance * Math.max(1, Math.abs(recorded));
  }

  /** Returns the limit in words. */
  @Override
  public String toString() {
    if (tolerance > 0) {
      return "a tolerance of " + Exactly.number(tolerance);
    }
    return ulps == 0 ? "the same value" : Plural.of(ulps, "ulp");
  }
}
