package dev.mlops.drift;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/** Numbers as sentences want them. */
final class Text {
  private static final MathContext SIX_DIGITS = new MathContext(6);
  private static final MathContext TWO_DIGITS = new MathContext(2);
  private static final int NAMES = 5;

  private Text() {}

  /** Six significant digits at most, whole numbers without a point. */
  static String number(double value) {
    return number(value, SIX_DIGITS);
  }

  private static String number(double value, MathContext digits) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(digits).stripTrailingZeros();
    int magnitude = rounded.precision() - rounded.scale();
    return rounded.signum() == 0
        ? "0"
        : magnitude > -4 && magnitude < 16 ? rounded.toPlainString() : rounded.toString();
  }

  static String rows(long count) {
    return count == 1 ? "1 row" : count + " rows";
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** A share that may be tiny: as a percentage of two significant digits. */
  static String share(double share) {
    return number(100 * share, TWO_DIGITS) + " %";
  }

  /** From which share on values never seen would have been found. */
  static String unseenFrom(double share) {
    return share <= 1
        ? "values never seen before from " + share(share) + " of rows"
        : "no values never seen before, with so few rows in the reference,";
  }

  /** An effect that would have been found, which is never 0. */
  static String detectable(double effect) {
    return effect < 0.001 ? number(effect, TWO_DIGITS) : effect(effect);
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

  /** Some names in brackets, the first five at most. */
  static String names(List<String> names) {
    return names.size() <= NAMES
        ? names.toString()
        : names.subList(0, NAMES).toString().replace("]", "")
            + ", and "
            + (names.size() - NAMES)
            + " more]";
  }
}
