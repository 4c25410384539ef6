package dev.mlops.mlflow;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import java.util.List;

/**
 * What an import of an MLflow store did, and what it left out.
 *
 * @param added the ids of the runs that were added, in the order of the store
 * @param unchanged the ids of the runs that were here and are what the store says
 * @param changed the experiments and runs that were here and are not what the store says; they were
 *     left as they are
 * @param left what the store has and a workspace does not keep
 */
public record ImportReport(
    List<String> added, List<String> unchanged, List<Difference> changed, List<Left> left) {

  /**
   * Copies the lists.
   *
   * @param added the ids of the runs that were added, in the order of the store
   * @param unchanged the ids of the runs that were here and are what the store says
   * @param changed the experiments and runs that were here and are not what the store says; they
   *     were left as they are
   * @param left what the store has and a workspace does not keep
   */
  public ImportReport {
    added = Elements.copy(added, "added");
    unchanged = Elements.copy(unchanged, "unchanged");
    changed = Elements.copy(changed, "changed");
    left = Elements.copy(left, "left");
  }

  /**
   * Returns whether all that the store has is in the workspace now.
   *
   * @return false if something was left out, or is different here
   */
  public boolean isComplete() {
    return changed.isEmpty() && left.isEmpty();
  }

  /** Says in one line what was done. */
  @Override
  public String toString() {
    return Plural.of(added.size(), "run")
        + " added, "
        + Plural.grouped(unchanged.size())
        + " here already, "
        + Plural.grouped(changed.size())
        + " different here, "
        + Plural.of(left.size(), "kind")
        + " of things left out";
  }

  /**
   * Something that is here and in the store, and is not the same.
   *
   * @param what its name, such as {@code run 4f0c...}
   * @param differences each in words; at least one
   */
  public record Difference(String what, List<String> differences) {
    /**
     * Copies the list.
     *
     * @param what its name, such as {@code run 4f0c...}
     * @param differences each in words; at least one
     */
    public Difference {
      requireNonNull(what, "what");
      differences = Elements.copy(differences, "differences");
    }
  }

  /**
   * Things of one kind that were left out.
   *
   * @param kind what they are and why they are left out
   * @param count how many, at least 1
   * @param example where one of them is
   */
  public record Left(String kind, long count, String example) {
    /**
     * Checks the parts.
     *
     * @param kind what they are and why they are left out
     * @param count how many, at least 1
     * @param example where one of them is
     */
    public Left {
      requireNonNull(kind, "kind");
      requireNonNull(example, "example");
    }
  }
}
