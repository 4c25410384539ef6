package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;

/**
 * Evidence that goes on with what an earlier process has found against the same hypothesis, such as
 * a canary's with its shadow's.
 *
 * <p>Half of the stake goes on with the earlier evidence, and half starts anew:
 *
 * <pre>{@code E = (earlier + 1) / 2 * E of the process now}</pre>
 *
 * <p>So bad evidence from a shadow counts in full except for a factor of two, and however good the
 * shadow looked, the canary has to find no more than twice as much: a fault that only live traffic
 * shows is not covered up.
 *
 * <p>This is evidence at the same level alpha if three things hold.
 *
 * <ol>
 *   <li>Both are e-processes against one hypothesis, which speaks of every unit of either: "of the
 *       units that come now, whatever came before, the candidate is wrong on no more than the live
 *       model". Evidence against another hypothesis, such as about latency, must not be carried.
 *   <li>The earlier evidence is taken as it is at one moment, its {@link EProcess#eValue()}. Its
 *       {@link EProcess#maximum()} is no evidence that can be multiplied.
 *   <li>No unit is in both: what was learnt of a key in the shadow must not be learnt again of it
 *       in the canary.
 * </ol>
 *
 * <p>Then the expectation of the later process, given everything up to the moment of the handover,
 * is at most 1, and so the product's is at most that of the first factor. {@link
 * PairedProcess#against} says which evidence of a shadow may be carried into a guard of odds.
 *
 * <p>Immutable and thread-safe.
 *
 * <p>Source: P. Grünwald, R. de Heide, W. Koolen, "Safe testing", J. R. Stat. Soc. B 86(5), 2024
 * (optional continuation).
 */
public final class CarriedProcess implements EProcess {

  private final double logStake;
  private final EProcess now;

  private CarriedProcess(double logStake, EProcess now) {
    this.logStake = logStake;
    this.now = now;
  }

  /**
   * Joins the evidence at hand of an earlier process with that of the one that follows it.
   *
   * @param earlier the process that has ended, as it stood at the handover
   * @param now the process that began after it, as it stands
   * @return the evidence of both
   */
  public static CarriedProcess of(EProcess earlier, EProcess now) {
    requireNonNull(earlier, "earlier");
    requireNonNull(now, "now");
    return fromStake(logStake(earlier.logE()), now);
  }

  /**
   * Joins a stake that was carried over with the evidence of the process that follows.
   *
   * @param logStake the logarithm of the stake, as {@link #logStake()} told it
   * @param now the process that began after the handover, as it stands
   * @return the evidence of both
   * @throws IllegalArgumentException if the stake is below one half or not a number
   */
  public static CarriedProcess fromStake(double logStake, EProcess now) {
    requireNonNull(now, "now");
    if (!(logStake >= StrictMath.log(0.5))) {
      throw new IllegalArgumentException(
          "a carried stake is at least one half, so its logarithm at least -0.693: "
              + Exactly.number(logStake));
    }
    return new CarriedProcess(logStake, now);
  }

  private static double logStake(double logE) {
    return LogSpace.meanExp(new double[] {logE, 0});
  }

  /**
   * Returns the logarithm of what was carried over.
   *
   * @return {@code ln((earlier + 1) / 2)}, at least {@code ln(1/2)}
   */
  public double logStake() {
    return logStake;
  }

  @Override
  public double logE() {
    return logStake + now.logE();
  }

  /**
   * {@inheritDoc} That is since the handover; what the earlier process had reached before it is not
   * included.
   */
  @Override
  public double logMaximum() {
    return Math.max(0, logStake + now.logMaximum());
  }

  @Override
  public String toString() {
    return "E = %.4g, at most %.4g, of which %.4g were carried over"
        .formatted(eValue(), maximum(), StrictMath.exp(logStake));
  }
}
