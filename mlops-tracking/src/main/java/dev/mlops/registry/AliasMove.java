package dev.mlops.registry;

import org.jspecify.annotations.Nullable;

/** What came of an attempt to move an alias. */
public sealed interface AliasMove {

  /**
   * The alias moved, and the move is in its history.
   *
   * @param change the move
   */
  record Moved(AliasChange change) implements AliasMove {}

  /**
   * The alias stood elsewhere than expected, and nothing happened.
   *
   * @param alias the alias
   * @param expected where it was believed to stand
   * @param actual the version where it stands, or null if it stands nowhere
   */
  record Conflict(String alias, Expect expected, @Nullable Integer actual) implements AliasMove {
    /** Returns the conflict in words. */
    @Override
    public String toString() {
      return "alias '"
          + alias
          + "' was expected at "
          + expected
          + " but stands at "
          + (actual == null ? "no version" : "version " + actual);
    }
  }
}
