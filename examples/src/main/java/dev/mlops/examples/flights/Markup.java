package dev.mlops.examples.flights;

import java.util.Locale;

/** Text on its way into HTML or SVG. */
final class Markup {
  private final StringBuilder out = new StringBuilder();

  /**
   * Appends markup whose {@code %s} places are escaped texts or numbers; the pattern itself is
   * trusted.
   */
  Markup add(String pattern, Object... values) {
    Object[] safe = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      safe[i] = values[i] instanceof Markup markup ? markup.toString() : shown(values[i]);
    }
    out.append(pattern.formatted(safe)).append('\n');
    return this;
  }

  private static Object shown(Object value) {
    return value instanceof Number ? value : escaped(value.toString());
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Returns a coordinate with one decimal, in the form that SVG reads in every country. */
  static String at(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
