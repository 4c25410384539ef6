package dev.mlops.serving;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Tells a key's first request in a step from its later ones, in 128 KiB: one bit for each of a
 * million hash values. Two keys that share a bit count as one, which loses an event now and then,
 * whatever its outcome, and never counts one twice.
 */
final class SeenKeys {

  private static final int BITS = 1 << 20;

  private final AtomicLongArray words = new AtomicLongArray(BITS / Long.SIZE);

  boolean first(long hash) {
    int bit = (int) (hash >>> 44);
    long mask = 1L << bit;
    int word = bit >>> 6;
    return (words.get(word) & mask) == 0
        && (words.getAndAccumulate(word, mask, (a, b) -> a | b) & mask) == 0;
  }
}
