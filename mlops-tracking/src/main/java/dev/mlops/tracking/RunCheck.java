package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import dev.mlops.error.Elements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a run is still what it was when it ended: {@link ExperimentTracker#verify}.
 *
 * @param run the run's id
 * @param outcome what was found
 * @param seal the digest of all parts of the run when it ended; null if it was never sealed
 * @param changes each part that is another than it was, in words; empty unless {@link
 *     Outcome#CHANGED}
 */
public record RunCheck(String run, Outcome outcome, @Nullable Digest seal, List<String> changes) {

  /**
   * Checks the parts.
   *
   * @param run the run's id
   * @param outcome what was found
   * @param seal the digest of all parts of the run when it ended; null if it was never sealed
   * @param changes each part that is another than it was, in words; empty unless {@link
   *     Outcome#CHANGED}
   */
  public RunCheck {
    requireNonNull(run, "run");
    requireNonNull(outcome, "outcome");
    changes = Elements.copy(changes, "changes");
  }

  /** What a check has found. */
  public enum Outcome {
    /** All is as it was. */
    INTACT,
    /** Something is another than it was, was added or is gone. */
    CHANGED,
    /**
     * There is nothing to compare with: the run goes on, its process was killed, or it was resumed
     * and has not ended again.
     */
    NEVER_SEALED
  }

  /**
   * Returns whether the run is known to be as it was.
   *
   * @return true for {@link Outcome#INTACT} only
   */
  public boolean intact() {
    return outcome == Outcome.INTACT;
  }

  /** Returns the outcome in one line, with the changes. */
  @Override
  public String toString() {
    return switch (outcome) {
      case INTACT -> "run " + run + " is what it was when it ended, " + seal;
      case NEVER_SEALED -> "run " + run + " was never sealed, so nothing is known of it";
      case CHANGED -> "run " + run + " has changed since it ended: " + String.join("; ", changes);
    };
  }
}
