package dev.mlops.quality;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How numbers, shares and values are put into sentences. */
final class Wording {
  private static final int LONGEST_VALUE = 80;

  private Wording() {}

  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    return Double.toString(value);
  }

  /** Six significant digits: enough for a sentence; the evidence itself keeps them all. */
  static String rounded(double value) {
    return Double.isFinite(value)
        ? number(new BigDecimal(value).round(new MathContext(6)).doubleValue())
        : Double.toString(value);
  }

  /** A share as a percentage without useless zeros: 0.999 is {@code 99.9 %}. */
  static String percent(double share) {
    return BigDecimal.valueOf(share)
            .movePointRight(2)
            .round(new MathContext(6))
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }

  static String value(@Nullable Object value) {
    if (value instanceof Number number && !(value instanceof Long)) {
      return number(number.doubleValue());
    }
    if (value instanceof String text) {
      return quoted(text);
    }
    return value instanceof float[] vector ? Arrays.toString(vector) : String.valueOf(value);
  }

  private static String quoted(String text) {
    return text.length() <= LONGEST_VALUE
        ? "'" + text + "'"
        : "'" + text.substring(0, LONGEST_VALUE) + "' (" + text.length() + " characters)";
  }

  static String rows(long count) {
    return count == 1 ? "1 row" : count + " rows";
  }
}
