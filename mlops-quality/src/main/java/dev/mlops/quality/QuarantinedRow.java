package dev.mlops.quality;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A row that may not go on.
 *
 * @param row the row's index in the batch, from 0
 * @param reasons one reason for each blocking row check it breaks, in the suite's order; never
 *     empty
 */
public record QuarantinedRow(int row, List<String> reasons) {
  /**
   * Copies the reasons.
   *
   * @throws IllegalArgumentException if there is no reason
   * @param row the row's index in the batch, from 0
   * @param reasons one reason for each blocking row check it breaks, in the suite's order; never
   *     empty
   */
  public QuarantinedRow {
    requireNonNull(reasons, "reasons");
    reasons = List.copyOf(reasons);
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("row " + row + " is quarantined without a reason");
    }
  }

  @Override
  public String toString() {
    return "row " + row + ": " + String.join("; ", reasons);
  }
}
