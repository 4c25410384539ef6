package dev.mlops.data;

import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.util.List;

/**
 * What was read from a text file: the rows, and an account of what could not be read. Immutable and
 * safe for use by many threads.
 */
public final class Imported {

  private final Dataset dataset;
  private final List<Inference> inferences;
  private final BadCells bad;

  Imported(Dataset dataset, List<Inference> inferences, BadCells bad) {
    this.dataset = dataset;
    this.inferences = Elements.copy(inferences, "inferences");
    this.bad = bad;
  }

  /**
   * Returns the rows that could be read. Where a cell is bad and its field is nullable, the value
   * is null; where it is not nullable, the row is left out.
   *
   * @return the dataset
   */
  public Dataset dataset() {
    return dataset;
  }

  /**
   * Returns the rows if all of the file could be read.
   *
   * @return the dataset
   * @throws InvalidInputException if anything was bad; the message has the first few
   */
  public Dataset orThrow() {
    bad.refuse();
    return dataset;
  }

  /**
   * Returns what was found out about the columns.
   *
   * @return a finding for each column in order; empty if the schema was declared
   */
  public List<Inference> inferences() {
    return inferences;
  }

  /**
   * Returns what could not be read.
   *
   * @return the first bad cells in the file's order, as many as the reader's limit allows
   */
  public List<BadCell> badCells() {
    return bad.kept();
  }

  /**
   * Returns how much could not be read.
   *
   * @return the number of all bad cells and bad rows, those beyond the limit too
   */
  public long badCellCount() {
    return bad.count();
  }

  /**
   * Returns how many rows are not in the dataset.
   *
   * @return the number of rows that have too few or too many cells, or a bad cell in a field that
   *     is not nullable
   */
  public long rowsSetAside() {
    return bad.rowsSetAside();
  }

  /** Returns the counts in one line. */
  @Override
  public String toString() {
    return Plural.of(dataset.rowCount(), "row")
        + " of '"
        + dataset.schema()
        + "', "
        + Plural.of(badCellCount(), "bad cell")
        + ", "
        + Plural.of(rowsSetAside(), "row")
        + " set aside";
  }
}
