package dev.mlops.quality;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How numbers, shares and values are put into sentences. */
final class Wording {
  private static final int LONGEST_VALUE = 80;

  private Wording() {}

  static String number(double value) {
    return Exactly.typed(value);
  }

  /**
   * Six significant digits, and two behind the point at least: enough for a sentence; the result's
   * number keeps them all.
   */
  static String rounded(double value) {
    return Double.isFinite(value) ? rounded(new BigDecimal(value)) : Exactly.typed(value);
  }

  static String rounded(BigDecimal value) {
    int whole = value.precision() - value.scale();
    BigDecimal rounded = value.round(new MathContext(Math.max(6, whole + 2))).stripTrailingZeros();
    return whole > 30 || whole < -5 ? rounded.toString() : rounded.toPlainString();
  }

  static String percent(double share) {
    return InWords.percent(share);
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
        : "'"
            + text.substring(0, LONGEST_VALUE)
            + "' ("
            + Plural.of(text.length(), "character")
            + ")";
  }

  static String rows(long count) {
    return Plural.of(count, "row");
  }
}
