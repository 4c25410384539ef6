package dev.mlops.drift;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

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

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  static String effect(double effect) {
    return String.format(Locale.ROOT, "%.3f", effect);
  }

  /** A p-value: two significant digits, and never 0. */
  static String probability(double p) {
    if (p < 1e-99) {
      return "p < 1e-99";
    }
    return p < 0.001
        ? String.format(Locale.ROOT, "p %.1e", p)
        : String.format(Locale.ROOT, "p %.2g", p);
  }
}
