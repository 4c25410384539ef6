package dev.mlops.profile;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as sentences want them. */
final class Text {
  private static final MathContext SIX_DIGITS = new MathContext(6);

  private Text() {}

  /** Six significant digits at most, whole numbers without a point. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(SIX_DIGITS).stripTrailingZeros();
    int magnitude = rounded.precision() - rounded.scale();
    return rounded.signum() == 0
        ? "0"
        : magnitude > -4 && magnitude < 16 ? rounded.toPlainString() : rounded.toString();
  }

  static String rows(long count) {
    return count == 1 ? "1 row" : count + " rows";
  }
}
