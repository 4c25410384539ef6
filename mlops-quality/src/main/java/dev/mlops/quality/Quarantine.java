package dev.mlops.quality;

import dev.mlops.data.Dataset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A batch parted in two: the rows that may go on, and the rows that may not, each with its reasons.
 *
 * <p>Every row of the batch is in exactly one part, in the batch's order. Immutable and safe for
 * use by many threads.
 */
public final class Quarantine {
  private final Dataset batch;
  private final BitSet rejected;
  private final List<Inspection> inspections;

  Quarantine(Dataset batch, List<Inspection> inspections) {
    this.batch = batch;
    this.inspections = inspections;
    this.rejected = new BitSet(batch.rowCount());
    inspections.forEach(inspection -> inspection.quarantineInto(rejected));
  }

  /**
   * Returns the rows that may go on.
   *
   * @return the rows that break no blocking row check, in the batch's order
   */
  public Dataset accepted() {
    BitSet accepted = new BitSet(batch.rowCount());
    accepted.set(0, batch.rowCount());
    accepted.andNot(rejected);
    return batch.where(accepted);
  }

  /**
   * Returns the rows that may not go on, as data, for a look or for a store of their own.
   *
   * @return the rows of {@link #quarantined()}, in the same order
   */
  public Dataset rejected() {
    return batch.where((BitSet) rejected.clone());
  }

  /**
   * Returns the rows that may not go on, with their reasons.
   *
   * @return one entry a row, in the batch's order; unmodifiable
   */
  public List<QuarantinedRow> quarantined() {
    return rejected.stream().mapToObj(row -> new QuarantinedRow(row, reasons(row))).toList();
  }

  private List<String> reasons(int row) {
    List<String> reasons = new ArrayList<>();
    inspections.forEach(inspection -> inspection.reasonInto(row, reasons));
    return reasons;
  }

  /** How many rows may not go on. */
  int size() {
    return rejected.cardinality();
  }

  @Override
  public String toString() {
    int count = size();
    return (batch.rowCount() - count) + " accepted, " + count + " quarantined";
  }
}
