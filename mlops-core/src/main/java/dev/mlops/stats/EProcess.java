package dev.mlops.stats;

import dev.mlops.error.Exactly;

/**
 * Evidence against a hypothesis that may be looked at as often as one likes.
 *
 * <p>An e-process starts at 1 and its expectation is at most 1 at any stopping time while the
 * hypothesis holds. By Ville's inequality the chance that it ever reaches {@code 1 / alpha} is then
 * at most {@code alpha}: looking after every tick costs nothing, and no correction for peeking is
 * needed.
 *
 * <p>Implementations here are immutable values: {@code after(...)} returns the process with more
 * evidence and leaves the old one as it was, so that a verdict can hold the process it was taken
 * on. They compute with {@link StrictMath}, so that replaying the same evidence gives the same bits
 * on every machine.
 *
 * <p>Source: G. Shafer and others, "Test martingales, Bayes factors and p-values", Statistical
 * Science 26(1), 2011.
 */
public interface EProcess {

  /**
   * Returns the natural logarithm of the evidence at hand.
   *
   * @return the logarithm of {@link #eValue()}; 0 without evidence, negative when the evidence
   *     speaks for the hypothesis
   */
  double logE();

  /**
   * Returns the natural logarithm of the strongest evidence seen so far.
   *
   * @return the logarithm of {@link #maximum()}, at least 0
   */
  double logMaximum();

  /**
   * Returns the evidence at hand: how many times one's stake would have grown by betting against
   * the hypothesis.
   *
   * @return the e-value, at least 0; infinite beyond the range of a double, where {@link #logE()}
   *     still tells values apart
   */
  default double eValue() {
    return StrictMath.exp(logE());
  }

  /**
   * Returns the strongest evidence seen so far.
   *
   * @return the largest {@link #eValue()} of the path, at least 1
   */
  default double maximum() {
    return StrictMath.exp(logMaximum());
  }

  /**
   * Returns the p-value that is valid at every time at once.
   *
   * @return {@code 1 / maximum()}, in [0, 1]
   */
  default double pValue() {
    return StrictMath.exp(-logMaximum());
  }

  /**
   * Tells whether the hypothesis is rejected: whether the evidence has ever reached {@code 1 /
   * alpha}.
   *
   * @param alpha the accepted chance of rejecting a true hypothesis, in (0, 1)
   * @return whether {@link #logMaximum()} is at least {@code -ln(alpha)}
   * @throws IllegalArgumentException if alpha is outside (0, 1)
   */
  default boolean rejects(double alpha) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "alpha must lie between 0 and 1, both excluded: " + Exactly.number(alpha));
    }
    return logMaximum() >= -StrictMath.log(alpha);
  }
}
