package dev.mlops.parity;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Plural;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of comparing one column.
 *
 * @param stage what was compared
 * @param column the feature or the answer
 * @param compared how many rows were compared that have a value on one side at least
 * @param missing how many rows have no value on either side
 * @param diverging how many of those compared are not the recorded ones, within the limit
 * @param worstUlps how many floating-point numbers of the column's type two finite numbers lay
 *     apart at most
 * @param firstDivergence the first that diverges, or null
 */
public record ColumnParity(
    ParityStage stage,
    String column,
    long compared,
    long missing,
    long diverging,
    long worstUlps,
    @Nullable Divergence firstDivergence) {

  /**
   * Checks the parts.
   *
   * @param stage what was compared
   * @param column the feature or the answer
   * @param compared how many rows were compared that have a value on one side at least
   * @param missing how many rows have no value on either side
   * @param diverging how many of those compared are not the recorded ones
   * @param worstUlps how many floating-point numbers two finite numbers lay apart at most
   * @param firstDivergence the first that diverges, or null
   */
  public ColumnParity {
    requireNonNull(stage, "stage");
    requireNonNull(column, "column");
  }

  /**
   * Returns the first value that diverges.
   *
   * @return it, if there is one
   */
  public Optional<Divergence> first() {
    return Optional.ofNullable(firstDivergence);
  }

  /**
   * Returns whether the column was compared and nothing diverged. A column that is missing in all
   * rows on both sides has shown nothing.
   *
   * @return true if at least one value was compared, and none diverged
   */
  public boolean passed() {
    return compared > 0 && diverging == 0;
  }

  /** Returns the counts in one line. */
  @Override
  public String toString() {
    return stage.words()
        + " '"
        + column
        + "': "
        + Plural.grouped(compared)
        + " compared, "
        + Plural.grouped(missing)
        + " missing on both sides, "
        + Plural.grouped(diverging)
        + " diverging, worst "
        + Plural.of(worstUlps, "ulp");
  }
}
