package dev.mlops.examples.flights;

import java.io.PrintStream;
import java.util.Locale;

/** Prints what the example does, line by line, with the seconds since it began. */
final class Printer {
  private final PrintStream out;
  private final long began = System.nanoTime();

  Printer(PrintStream out) {
    this.out = out;
  }

  /** Opens a section. */
  void section(String title) {
    out.printf(Locale.ROOT, "%n%5.1f s  %s%n", seconds(), title);
  }

  /** Prints one line within a section. */
  void line(String pattern, Object... values) {
    out.printf(Locale.ROOT, "         " + pattern + "%n", values);
  }

  private double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }
}
