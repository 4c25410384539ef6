package dev.mlops.drift;

import dev.mlops.report.InWords;
import java.util.List;
import java.util.Locale;

/** Shares, effects and probabilities as sentences want them. */
final class Text {
  private static final int NAMES = 5;

  private Text() {}

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** A share that may be tiny: as a percentage of two significant digits. */
  static String share(double share) {
    return InWords.number(100 * share, 2) + " %";
  }

  /** From which share on values never seen would have been found. */
  static String unseenFrom(double share) {
    return share <= 1
        ? "values never seen before from " + share(share) + " of rows"
        : "no values never seen before, with so few rows in the reference,";
  }

  /** An effect that would have been found, which is never 0. */
  static String detectable(double effect) {
    return effect < 0.001 ? InWords.number(effect, 2) : effect(effect);
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
