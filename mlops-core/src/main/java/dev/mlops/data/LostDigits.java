package dev.mlops.data;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * Finds whole numbers that a floating-point type would round to others. Decimals are not asked for:
 * nearly each of them is rounded, and is meant to be.
 */
final class LostDigits {

  /** So many digits every float keeps, and every double. */
  private static final int FLOAT_DIGITS = 6;

  private static final int DOUBLE_DIGITS = 15;

  private LostDigits() {}

  static boolean in(DataType type, String text) {
    return switch (type.kind()) {
      case FLOAT32 -> isLost(text, true);
      case FLOAT64 -> isLost(text, false);
      case VECTOR ->
          text.startsWith("[")
              && Arrays.stream(text.substring(1, text.length() - 1).split(","))
                  .anyMatch(element -> isLost(element.strip(), true));
      case BOOLEAN, INT64, STRING, INSTANT -> false;
    };
  }

  private static boolean isLost(String text, boolean half) {
    int first = text.startsWith("-") ? 1 : 0;
    if (text.length() - first <= FLOAT_DIGITS
        || !text.chars().skip(first).allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    BigDecimal exact = new BigDecimal(text).stripTrailingZeros();
    double kept = half ? exact.floatValue() : exact.doubleValue();
    return exact.precision() > (half ? FLOAT_DIGITS : DOUBLE_DIGITS)
        && Double.isFinite(kept)
        && new BigDecimal(kept).compareTo(exact) != 0;
  }

  static String holder(DataType type) {
    return type.kind() == DataType.Kind.VECTOR ? "vector's FLOAT32" : type.toString();
  }
}
