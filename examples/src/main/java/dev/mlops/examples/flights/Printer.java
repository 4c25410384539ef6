package dev.mlops.examples.flights;

import java.io.PrintStream;
import java.util.Locale;

/** Tells the story line by line, with the seconds since it began. */
final class Narrator {
  private final PrintStream out;
  private final long began = System.nanoTime();

  Narrator(PrintStream out) {
    this.out = out;
  }

  /** Opens a chapter. */
  void chapter(String title) {
    out.printf(Locale.ROOT, "%n%5.1f s  %s%n", seconds(), title);
  }

  /** Says one line within a chapter. */
  void say(String pattern, Object... values) {
    out.printf(Locale.ROOT, "         " + pattern + "%n", values);
  }

  private double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }
}
