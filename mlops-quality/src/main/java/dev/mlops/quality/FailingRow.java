package dev.mlops.quality;

import org.jspecify.annotations.Nullable;

/**
 * A row that breaks an expectation.
 *
 * @param row the row's index in the data, from 0, whatever batches they came in
 * @param value the offending value, boxed as {@code Column.value} gives it; a list of values for
 *     several columns; null for a null
 * @param reason what is wrong with it, such as {@code delay -1116 is below -120}
 */
public record FailingRow(long row, @Nullable Object value, String reason) {
  @Override
  public String toString() {
    return "row " + row + ": " + reason;
  }
}
