package dev.mlops.serving;

/**
 * What a router reads from an answer.
 *
 * @param score the number for the prediction log and the label guards, NaN if there is none
 * @param isScored whether the answer was read: a NaN is then the model's own
 * @param invalid whether the answer is none that a sound model gives
 */
record Output(double score, boolean isScored, boolean invalid) {

  /** Of a request that nobody answered. */
  static final Output NONE = new Output(Double.NaN, false, false);

  /** Tells numbers that are not finite, alone or in an array; other types have none. */
  static boolean hasNonFinite(Object value) {
    if (value instanceof Number number) {
      return !Double.isFinite(number.doubleValue());
    }
    if (value instanceof float[] numbers) {
      for (float number : numbers) {
        if (!Float.isFinite(number)) {
          return true;
        }
      }
    }
    if (value instanceof double[] numbers) {
      for (double number : numbers) {
        if (!Double.isFinite(number)) {
          return true;
        }
      }
    }
    return false;
  }

  static boolean isNumeric(Object value) {
    return value instanceof Number || value instanceof float[] || value instanceof double[];
  }
}
