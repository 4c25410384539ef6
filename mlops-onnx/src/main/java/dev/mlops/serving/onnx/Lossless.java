package dev.mlops.serving.onnx;

import dev.mlops.error.Exactly;
import dev.mlops.error.InvalidInputException;

/**
 * The rule by which values become those of a tensor. A whole number is kept or refused: one that
 * the tensor's type does not have is somebody's id or time, and a neighbour would be another one. A
 * decimal becomes the nearest that the type has, as nearly every decimal is rounded anyway, unless
 * it lies beyond the type's range.
 */
final class Lossless {

  private static final long FLOAT_WITHOUT_GAPS = 1L << 24;

  private Lossless() {}

  /** Whether a number is the whole number that it was made of. */
  static boolean isSame(long value, float made) {
    // Long.MAX_VALUE has no float; its neighbour 2^63 would saturate back to it.
    return (long) made == value && made != 0x1p63f;
  }

  static boolean isSame(long value, double made) {
    return (long) made == value && made != 0x1p63;
  }

  /** Whether a number is finite and yet too large for a float. */
  static boolean isBeyond(double value, float made) {
    return Float.isInfinite(made) && !Double.isInfinite(value);
  }

  static InvalidInputException hasNoFloat(String place, long value) {
    return new InvalidInputException(
        "%s: %s has no FLOAT, which keeps every whole number only up to %s; give it as a double if the nearest will do, or export the model with a wider input"
            .formatted(place, Exactly.value(value), Exactly.value(FLOAT_WITHOUT_GAPS)));
  }

  static InvalidInputException isBeyondFloat(String place, double value) {
    return new InvalidInputException(
        "%s: %s lies beyond FLOAT, which ends at %s; scale the value, or export the model with a DOUBLE input"
            .formatted(place, Exactly.number(value), Exactly.value(Float.MAX_VALUE)));
  }
}
