package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Plural;

/**
 * A tick of a shadow: both models have answered the same requests. It is kept as the tick of a
 * canary is, by four numbers, of which the third and fourth mean something else.
 *
 * @param pairs how many requests both models have answered
 * @param candidateBad on how many of them the candidate was bad
 * @param liveBad on how many the live model was
 * @param bothBad on how many both were
 */
public record Pairs(long pairs, long candidateBad, long liveBad, long bothBad) {

  /**
   * Checks that the numbers are possible.
   *
   * @param pairs how many requests both models have answered
   * @param candidateBad on how many of them the candidate was bad
   * @param liveBad on how many the live model was
   * @param bothBad on how many both were
   * @throws IllegalArgumentException if no pairs have such numbers
   */
  public Pairs {
    boolean possible =
        bothBad >= 0
            && bothBad <= Math.min(candidateBad, liveBad)
            && candidateBad + liveBad - bothBad <= pairs;
    if (!possible) {
      throw new IllegalArgumentException(
          "no %s can be bad on the candidate %s, on the live model %s and on both %s"
              .formatted(
                  Plural.of(pairs, "pair"), times(candidateBad), times(liveBad), times(bothBad)));
    }
  }

  /**
   * Reads a tick of a shadow.
   *
   * @param counts the tick, as it is kept
   * @return the pairs
   * @throws IllegalArgumentException if no pairs have such numbers
   */
  public static Pairs of(BadEventProcess.Tick counts) {
    requireNonNull(counts, "counts");
    return new Pairs(counts.canary(), counts.canaryBad(), counts.stable(), counts.stableBad());
  }

  /**
   * Counts one pair.
   *
   * @param candidateBad whether the candidate was bad
   * @param liveBad whether the live model was
   * @return the tick of this pair alone
   */
  public static BadEventProcess.Tick one(boolean candidateBad, boolean liveBad) {
    return new BadEventProcess.Tick(
        1, candidateBad ? 1 : 0, liveBad ? 1 : 0, candidateBad && liveBad ? 1 : 0);
  }

  /**
   * Returns the bad events of each model by itself.
   *
   * @return a tick in which both models have all the requests
   */
  public BadEventProcess.Tick rates() {
    return new BadEventProcess.Tick(pairs, candidateBad, pairs, liveBad);
  }

  /**
   * Returns on how many requests the candidate alone was bad.
   *
   * @return the number of such pairs
   */
  public long onlyCandidateBad() {
    return candidateBad - bothBad;
  }

  /**
   * Returns on how many requests the live model alone was bad.
   *
   * @return the number of such pairs
   */
  public long onlyLiveBad() {
    return liveBad - bothBad;
  }

  @Override
  public String toString() {
    return "%s, bad on the candidate %s, on the live model %s, on both %s"
        .formatted(Plural.of(pairs, "pair"), times(candidateBad), times(liveBad), times(bothBad));
  }

  private static String times(long count) {
    return Plural.of(count, "time");
  }
}
