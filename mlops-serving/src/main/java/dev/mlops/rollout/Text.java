package dev.mlops.rollout;

import java.time.Duration;
import java.util.Locale;

/** How numbers read in sentences. */
final class Text {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double LARGEST_SHOWN = 1e300;

  private Text() {}

  static String duration(Duration time) {
    if (time.toMillis() >= 1000) {
      return time.toString();
    }
    return number(time.toNanos() / NANOS_PER_MILLI) + " ms";
  }

  /** A percentage, of four digits at most. */
  static String percent(double share) {
    return number(share * 100) + " %";
  }

  static String number(double value) {
    if (value > LARGEST_SHOWN) {
      return "above 1e300"; // Evidence has no bound, and a double has one.
    }
    if (value >= 1e5 || (value > 0 && value < 1e-3)) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    String text = String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.2f", value);
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }
}
