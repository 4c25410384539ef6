package dev.mlops.predictions;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An output of numbers that have no names, such as an embedding; immutable. */
public final class VectorOutput implements ModelOutput {
  private final float[] values;

  VectorOutput(float[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a vector needs at least one number");
    }
    this.values = values.clone();
  }

  /**
   * Returns the numbers.
   *
   * @return a copy, at least one number
   */
  public float[] values() {
    return values.clone();
  }

  /**
   * Returns how many numbers there are.
   *
   * @return the dimension, at least 1
   */
  public int dimension() {
    return values.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VectorOutput vector && Arrays.equals(values, vector.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** Returns the numbers, as {@code [0.1, 0.9]}. */
  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
