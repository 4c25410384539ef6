package dev.mlops.quality;

import dev.mlops.error.Elements;
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
    reasons = Elements.copy(reasons, "reasons");
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("row " + row + " is quarantined without a reason");
    }
  }

  @Override
  public String toString() {
    return "row " + row + ": " + String.join("; ", reasons);
  }
}
