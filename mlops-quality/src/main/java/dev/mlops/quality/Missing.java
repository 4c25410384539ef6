package dev.mlops.quality;

import dev.mlops.data.Column;
import java.util.function.IntPredicate;

/** What a missing value is, for all rules: a null or a NaN. */
final class Missing {
  private Missing() {}

  static boolean at(Column values, int row) {
    if (values.isNull(row)) {
      return true;
    }
    if (values instanceof Column.OfDouble doubles) {
      return Double.isNaN(doubles.get(row));
    }
    return values instanceof Column.OfFloat floats && Float.isNaN(floats.get(row));
  }

  /** Tells of each row of a column whether its value is missing. */
  static IntPredicate in(Column values) {
    return values instanceof Column.OfDouble || values instanceof Column.OfFloat
        ? row -> at(values, row)
        : values::isNull;
  }
}
