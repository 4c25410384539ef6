package dev.mlops.profile;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as sentences want them. */
public final class InWords {
  private static final int DIGITS = 6;

  private InWords() {}

  /**
   * Rounds a number to six significant digits.
   *
   * @param value any number
   * @return the number without useless zeros, whole numbers without a point
   */
  public static String number(double value) {
    return number(value, DIGITS);
  }

  /**
   * Rounds a number.
   *
   * @param value any number
   * @param digits significant digits at most, at least 1
   * @return the number without useless zeros, whole numbers without a point
   */
  public static String number(double value, int digits) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros();
    int magnitude = rounded.precision() - rounded.scale();
    return rounded.signum() == 0
        ? "0"
        : magnitude > -4 && magnitude < 16 ? rounded.toPlainString() : rounded.toString();
  }
}
