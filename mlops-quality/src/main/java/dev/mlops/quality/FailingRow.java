package dev.mlops.quality;

import org.jspecify.annotations.Nullable;

/**
 * A row that breaks an expectation.
 *
 * @param row the row's index in the batch, from 0
 * @param value the offending value, boxed as {@code Column.value} gives it; a list of values for
 *     several columns; null for a null
 * @param reason what is wrong with it, such as {@code delay -1116 is below -120}
 */
public record FailingRow(int row, @Nullable Object value, String reason) {
  @Override
  public String toString() {
    return "row " + row + ": " + reason;
  }
}
