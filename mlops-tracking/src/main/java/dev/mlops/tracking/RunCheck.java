package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import dev.mlops.error.Elements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a run is still what it was when it ended: {@link ExperimentTracker#verify}. There are
 * three answers: it is intact, it has changed, or it was never sealed, so that there is nothing to
 * compare with. The last is that of a run that goes on, that was killed, or that was resumed and
 * has not ended again.
 *
 * @param run the run's id
 * @param seal the digest of all parts of the run when it ended; null if it was never sealed
 * @param changes each part that is another than it was, was added or is gone, in words
 */
public record RunCheck(String run, @Nullable Digest seal, List<String> changes) {

  /**
   * Checks the parts.
   *
   * @param run the run's id
   * @param seal the digest of all parts of the run when it ended; null if it was never sealed
   * @param changes each part that is another than it was, was added or is gone, in words
   */
  public RunCheck {
    requireNonNull(run, "run");
    changes = Elements.copy(changes, "changes");
  }

  /**
   * Returns whether there is something to compare with.
   *
   * @return false for a run that was never sealed
   */
  public boolean isSealed() {
    return seal != null;
  }

  /**
   * Returns whether the run is known to be as it was.
   *
   * @return true if it was sealed and nothing has changed
   */
  public boolean intact() {
    return isSealed() && changes.isEmpty();
  }

  /** Returns the answer in one line, with the changes. */
  @Override
  public String toString() {
    if (!isSealed()) {
      return "run " + run + " was never sealed, so nothing is known of it";
    }
    return changes.isEmpty()
        ? "run " + run + " is what it was when it ended, " + seal
        : "run " + run + " has changed since it ended: " + String.join("; ", changes);
  }
}
