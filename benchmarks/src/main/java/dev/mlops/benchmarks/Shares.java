package dev.mlops.benchmarks;

import java.util.Locale;

/** Shares beside the least or the most that is promised, and a score in the last line. */
final class Shares {
  private double score = Double.POSITIVE_INFINITY;

  Shares() {
    System.out.printf("%-34s  %-34s  %8s  %8s  %s%n", "what", "of", "share", "bar", "beside it");
  }

  /** Adds a share that is promised to be at least so large. */
  void atLeast(String what, String of, double share, double bar, String beside) {
    add(what, of, share, bar, share / bar, beside);
  }

  /**
   * Adds a share that is promised to be at most so large, and allows for the chance of the
   * simulation: three standard errors.
   */
  void atMost(String what, String of, double share, double bar, int runs, String beside) {
    double room = 3 * Math.sqrt(bar * (1 - bar) / runs);
    add(what, of, share, bar, share <= bar + room ? 1 : bar / share, beside);
  }

  private void add(String what, String of, double share, double bar, double ratio, String beside) {
    score = Math.min(score, ratio);
    System.out.printf(
        Locale.ROOT, "%-34s  %-34s  %8.4f  %8.4f  %s%n", what, of, share, bar, beside);
  }

  void print() {
    System.out.printf(Locale.ROOT, "score %.3f%n", score);
  }
}
