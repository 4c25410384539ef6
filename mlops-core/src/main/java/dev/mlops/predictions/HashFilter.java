package dev.mlops.predictions;

/**
 * Tells of most hashes that they are not among those that were added; of those that are, never.
 *
 * <p>A Bloom filter with two bits for each hash in a table of at least sixteen bits for each. With
 * {@code n} hashes in {@code m} bits, {@code (1 - exp(-2n/m))²} of the others are not told apart:
 * 1.4 % when it is full. The two places are parts of the hash itself, whose bits {@link IdHash} has
 * mixed. Source: Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors", 1970. Used by
 * one thread at a time.
 */
final class HashFilter {
  private static final int BITS_A_HASH = 16;
  private static final int SMALLEST = 1 << 12;

  private final long[] words;
  private final int mask;
  private long added;

  /**
   * Makes an empty filter.
   *
   * @param hashes how many it is to hold at least, up to 2^26
   */
  HashFilter(long hashes) {
    int bits = SMALLEST;
    while (bits < hashes * BITS_A_HASH) {
      bits *= 2;
    }
    this.words = new long[bits / Long.SIZE];
    this.mask = bits - 1;
  }

  /** Tells whether it holds some more without mistaking too many others for them. */
  boolean fits(int more) {
    return (added + more) * BITS_A_HASH <= mask + 1L;
  }

  void add(long[] hashes) {
    for (long hash : hashes) {
      set((int) hash & mask);
      set((int) (hash >>> Integer.SIZE) & mask);
    }
    added += hashes.length;
  }

  private void set(int bit) {
    words[bit / Long.SIZE] |= 1L << bit;
  }

  /** Tells whether a hash may have been added; always true if it was. */
  boolean mayHave(long hash) {
    return isSet((int) hash & mask) && isSet((int) (hash >>> Integer.SIZE) & mask);
  }

  private boolean isSet(int bit) {
    return (words[bit / Long.SIZE] & 1L << bit) != 0;
  }
}
