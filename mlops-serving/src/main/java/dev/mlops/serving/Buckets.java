package dev.mlops.serving;

/**
 * Decides which unit belongs to the canary: a salted hash into 10,000 buckets. A unit is chosen iff
 * its bucket lies below the threshold, so a growing share only ever adds units. The salt is a hash
 * of everything that must not correlate.
 *
 * <p>The hash is FNV-1a over the UTF-16 units, started at the salt, and finished by the 64-bit mix
 * of MurmurHash3, without which short keys would leave the upper bits nearly constant.
 */
final class Buckets {

  static final int COUNT = 10_000;

  private static final long PRIME = 0x100000001b3L;
  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long SHADOW = 0x9e3779b97f4a7c15L;

  private Buckets() {}

  static long salt(String... parts) {
    long hash = BASIS;
    for (String part : parts) {
      hash = mix(absorb(hash, part));
    }
    return hash;
  }

  static long hash(long salt, String key) {
    return mix(absorb(salt, key));
  }

  static long hash(long salt, long sequence) {
    return mix(salt + mix(sequence));
  }

  /** The unsigned remainder, without a branch on a sign that nobody can foretell. */
  static int of(long hash) {
    return (int) (((hash >>> 1) % COUNT * 2 + (hash & 1)) % COUNT);
  }

  /** Another bucket of the same unit, which tells nothing of its first. */
  static int ofShadow(long hash) {
    return of(mix(hash ^ SHADOW));
  }

  /** The first bucket beyond a share in percent. */
  static int threshold(double share) {
    return (int) Math.round(share / 100 * COUNT);
  }

  private static long absorb(long start, String text) {
    long hash = start;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return hash;
  }

  static long mix(long value) {
    long z = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return z ^ (z >>> 33);
  }
}
