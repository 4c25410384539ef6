package dev.mlops.stats;

import java.util.Arrays;

/** Arithmetic on logarithms, the same bits on every machine. */
final class LogSpace {

  private LogSpace() {}

  /** Returns {@code ln(mean(exp(logs)))} without overflow. */
  static double meanExp(double[] logs) {
    double top = Arrays.stream(logs).max().orElseThrow();
    double sum = 0;
    for (double log : logs) {
      sum += StrictMath.exp(log - top);
    }
    return top + StrictMath.log(sum / logs.length);
  }
}
