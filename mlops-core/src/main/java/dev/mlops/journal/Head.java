package dev.mlops.journal;

import dev.mlops.data.Digest;

/**
 * Where a chain ends, and where its kept part begins.
 *
 * @param chain its number in the database
 * @param pruned the last event that was removed; 0 if none was
 * @param prunedHash of that event; 64 zeros if none was removed
 * @param event the last event; 0 if there is none
 * @param hash of the last event; 64 zeros if there is none
 */
record Head(long chain, long pruned, Digest prunedHash, long event, Digest hash) {
  static final Digest NONE = new Digest("0".repeat(64));

  /** The head when an event was appended. */
  Head after(Event last) {
    return new Head(chain, pruned, prunedHash, last.id(), last.hash());
  }
}
