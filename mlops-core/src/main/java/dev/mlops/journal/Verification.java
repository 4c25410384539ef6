package dev.mlops.journal;

import dev.mlops.data.Digest;

/** What a check of the journal of one project found. */
public sealed interface Verification {

  /**
   * Tells whether the journal is as it was written.
   *
   * @return true for {@link Intact}
   */
  default boolean isIntact() {
    return this instanceof Intact;
  }

  /**
   * Every event is as it was written, and none is missing.
   *
   * @param events how many there are; those that were removed under a seal do not count
   * @param head the hash of the last one, which names this whole history; 64 zeros if there are
   *     none. Noted elsewhere, it later shows that nobody has written a new history
   */
  record Intact(long events, Digest head) implements Verification {}

  /**
   * An event was altered, removed or put in.
   *
   * @param event the id of the first that is not as it was written
   * @param reason what is wrong with it
   */
  record Broken(long event, String reason) implements Verification {}
}
