package dev.mlops.scoring;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import java.util.BitSet;
import java.util.List;

/** Looks for answers that no sound model gives. */
final class Answers {

  private Answers() {}

  /** Counts the rows of which an output is null, NaN or infinite. */
  static long invalid(Dataset answers, List<ScoredColumns.Output> outputs) {
    BitSet invalid = new BitSet();
    for (ScoredColumns.Output output : outputs) {
      Column column = answers.column(output.field().name());
      for (int row = 0; row < column.size(); row++) {
        if (column.isNull(row) || !isFinite(column, row)) {
          invalid.set(row);
        }
      }
    }
    return invalid.cardinality();
  }

  private static boolean isFinite(Column column, int row) {
    if (column instanceof Column.OfFloat floats) {
      return Float.isFinite(floats.get(row));
    }
    if (column instanceof Column.OfDouble doubles) {
      return Double.isFinite(doubles.get(row));
    }
    return !(column instanceof Column.OfVector vectors) || isFinite(vectors.get(row));
  }

  private static boolean isFinite(float[] vector) {
    for (float number : vector) {
      if (!Float.isFinite(number)) {
        return false;
      }
    }
    return true;
  }
}
