package dev.mlops.parity;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Plural;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value that is not the recorded one.
 *
 * @param stage what was compared
 * @param column the feature or the answer
 * @param row the row, from 0
 * @param recorded what Python computed, as text: {@code missing} for null and NaN, {@code no
 *     column} if it has no such column
 * @param computed what was computed here, as text: {@code no value} if it was not given at all
 * @param ulps how many floating-point numbers of the column's type the two lie apart; {@link
 *     Long#MAX_VALUE} if they are not both finite numbers
 * @param limit what was allowed, in words
 * @param raw the raw row, by column; empty if it is not known
 */
public record Divergence(
    ParityStage stage,
    String column,
    int row,
    String recorded,
    String computed,
    long ulps,
    String limit,
    Map<String, @Nullable Object> raw) {

  /**
   * Copies the raw row.
   *
   * @param stage what was compared
   * @param column the feature or the answer
   * @param row the row, from 0
   * @param recorded what Python computed, as text
   * @param computed what was computed here, as text
   * @param ulps how many floating-point numbers the two lie apart
   * @param limit what was allowed, in words
   * @param raw the raw row, by column
   */
  public Divergence {
    requireNonNull(stage, "stage");
    requireNonNull(column, "column");
    requireNonNull(recorded, "recorded");
    requireNonNull(computed, "computed");
    requireNonNull(limit, "limit");
    raw = Collections.unmodifiableMap(new LinkedHashMap<>(requireNonNull(raw, "raw")));
  }

  /** Returns the difference in one line. */
  @Override
  public String toString() {
    return stage.words()
        + " '"
        + column
        + "' of row "
        + row
        + ": recorded "
        + recorded
        + ", computed "
        + computed
        + " ("
        + (ulps == Long.MAX_VALUE ? "" : Plural.of(ulps, "ulp") + " apart; ")
        + "allowed: "
        + limit
        + ")"
        + (raw.isEmpty() ? "" : ", raw row " + raw);
  }
}
