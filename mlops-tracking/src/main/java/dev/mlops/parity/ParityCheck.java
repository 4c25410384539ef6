package dev.mlops.parity;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What came of replaying recorded rows. It is passed only if every column was compared and nothing
 * diverged: what was not compared has shown nothing.
 *
 * @param rows how many recorded rows were replayed
 * @param columns each column that was compared, by stage and in the order of the records; columns
 *     that only one side has come last in their stage
 */
public record ParityCheck(int rows, List<ColumnParity> columns) {

  /**
   * Copies the columns.
   *
   * @param rows how many recorded rows were replayed
   * @param columns each column that was compared
   */
  public ParityCheck {
    columns = Elements.copy(columns, "columns");
  }

  /**
   * Returns whether the pipeline computes what was recorded.
   *
   * @return true if there are columns, each was compared in one row at least, and none diverged
   */
  public boolean passed() {
    return !columns.isEmpty() && columns.stream().allMatch(ColumnParity::passed);
  }

  /**
   * Lists the columns that diverged.
   *
   * @return them, in the order of {@link #columns()}; empty if none did
   */
  public List<ColumnParity> diverging() {
    return columns.stream().filter(column -> column.diverging() > 0).toList();
  }

  /**
   * Returns the first value that diverges: of the earliest stage, there of the first row, and there
   * of the first column.
   *
   * @return it, if there is one
   */
  public Optional<Divergence> first() {
    return columns.stream()
        .flatMap(column -> column.first().stream())
        .min(Comparator.comparing(Divergence::stage).thenComparing(Divergence::row));
  }

  /**
   * Refuses a pipeline that did not pass.
   *
   * @return this
   * @throws InvalidInputException if it did not, naming the first value that diverges, or the first
   *     column that was not compared
   */
  @CanIgnoreReturnValue
  public ParityCheck requirePassed() {
    if (!passed()) {
      throw new InvalidInputException(
          "the pipeline here does not compute what was recorded in Python: " + this);
    }
    return this;
  }

  /** Returns the verdict in one line, with the first value that diverges. */
  @Override
  public String toString() {
    if (columns.isEmpty()) {
      return "not passed: nothing was compared";
    }
    if (passed()) {
      return "passed: "
          + Plural.of(rows, "row")
          + ", "
          + Plural.of(columns.size(), "column")
          + ", worst "
          + Plural.of(columns.stream().mapToLong(ColumnParity::worstUlps).max().orElse(0), "ulp");
    }
    return first()
        .map(
            divergence ->
                Plural.of(
                        diverging().size(),
                        "column of " + columns.size() + " diverges",
                        "columns of " + columns.size() + " diverge")
                    + "; first "
                    + divergence)
        .orElseGet(
            () ->
                columns.stream()
                    .filter(column -> !column.passed())
                    .findFirst()
                    .map(column -> "not passed, nothing to compare in " + column)
                    .orElseThrow());
  }
}
