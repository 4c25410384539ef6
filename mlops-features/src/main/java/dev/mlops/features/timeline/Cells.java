package dev.mlops.features.timeline;

import dev.mlops.data.Column;
import org.jspecify.annotations.Nullable;

/** The inputs of rows that are kept as the values that they came as. */
interface Cells {

  @Nullable Object value(int index, int input);

  /** Copies of the values, a row each. */
  static Cells copied(@Nullable Object[][] rows) {
    return (index, input) -> rows[index][input];
  }

  /** The columns themselves, which may be mapped files, and where in them each row is. */
  static Cells referred(Column[][] chunks, int[] chunkOf, int[] rowOf) {
    return (index, input) -> chunks[chunkOf[index]][input].value(rowOf[index]);
  }
}
