package dev.mlops.features.timeline;

import dev.mlops.data.Column;
import org.jspecify.annotations.Nullable;

/** The inputs of rows that are kept as the values that they came as. */
interface Cells {

  @Nullable Object value(int index, int input);

  /** Copies of the values, a row each. */
  record Copied(@Nullable Object[][] rows) implements Cells {

    @Override
    public @Nullable Object value(int index, int input) {
      return rows[index][input];
    }
  }

  /** The columns themselves, which may be mapped files, and where in them each row is. */
  record Referred(Column[][] chunks, int[] chunkOf, int[] rowOf) implements Cells {

    @Override
    public @Nullable Object value(int index, int input) {
      return chunks[chunkOf[index]][input].value(rowOf[index]);
    }
  }
}
