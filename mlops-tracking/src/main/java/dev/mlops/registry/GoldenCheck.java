package dev.mlops.registry;

import dev.mlops.error.Exactly;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What came of asking a model the golden questions again. */
public sealed interface GoldenCheck {

  /**
   * Every answer was the same, within the tolerance.
   *
   * @param rows how many rows were asked
   * @param tolerance how far two numbers may lie apart, see {@link GoldenPredictions}
   * @param largestDifference how far two numbers lay apart at most, in the measure of the tolerance
   */
  record Same(int rows, double tolerance, double largestDifference) implements GoldenCheck {}

  /**
   * An answer was another; this is the first.
   *
   * @param row the row, from 0
   * @param features its values, by feature
   * @param expected the answer that was stored, by output
   * @param actual the answer of now, by output
   * @param tolerance how far two numbers may lie apart, see {@link GoldenPredictions}
   */
  record Differs(
      int row,
      Map<String, @Nullable Object> features,
      Map<String, @Nullable Object> expected,
      Map<String, @Nullable Object> actual,
      double tolerance)
      implements GoldenCheck {

    /**
     * Copies the maps.
     *
     * @param row the row, from 0
     * @param features its values, by feature
     * @param expected the answer that was stored, by output
     * @param actual the answer of now, by output
     * @param tolerance how far two numbers may lie apart, see {@link GoldenPredictions}
     */
    public Differs {
      Objects.requireNonNull(features, "features");
      Objects.requireNonNull(expected, "expected");
      Objects.requireNonNull(actual, "actual");
      features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
      expected = Collections.unmodifiableMap(new LinkedHashMap<>(expected));
      actual = Collections.unmodifiableMap(new LinkedHashMap<>(actual));
    }

    /** Returns the difference in one sentence. */
    @Override
    public String toString() {
      return "row "
          + row
          + " "
          + features
          + ": expected "
          + expected
          + " but the model answered "
          + actual
          + " (tolerance "
          + Exactly.number(tolerance)
          + ")";
    }
  }
}
