package dev.mlops.quality;

import dev.mlops.data.Column;

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

  /** The number of rows that have a value. */
  static long present(Column values) {
    if (!(values instanceof Column.OfDouble || values instanceof Column.OfFloat)) {
      return (long) values.size() - values.nullCount();
    }
    long present = 0;
    for (int row = 0; row < values.size(); row++) {
      present += at(values, row) ? 0 : 1;
    }
    return present;
  }
}
