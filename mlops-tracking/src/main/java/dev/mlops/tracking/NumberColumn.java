package dev.mlops.tracking;

import java.util.Arrays;

/**
 * One number a run, for some runs: a metric's value, or nothing where the run has not the metric.
 *
 * <p>Nothing is one of the bit patterns that mean "not a number", which no arithmetic makes; every
 * other of them is kept as Java's own.
 */
final class NumberColumn {

  private static final long NOTHING_BITS = 0x7FF8_6E6F_7468_696EL;
  static final double NOTHING = Double.longBitsToDouble(NOTHING_BITS);

  private final double[] values;

  NumberColumn(double[] values) {
    this.values = values;
  }

  /** Returns a column without any value. */
  static double[] empty(int runs) {
    double[] values = new double[runs];
    Arrays.fill(values, NOTHING);
    return values;
  }

  /** Returns a value as it is put into a column. */
  static double of(double value) {
    return Double.isNaN(value) ? Double.NaN : value;
  }

  int size() {
    return values.length;
  }

  double value(int run) {
    return values[run];
  }

  boolean has(int run) {
    return Double.doubleToRawLongBits(values[run]) != NOTHING_BITS;
  }

  boolean passes(int run, Condition.NumberTest test) {
    if (test instanceof Condition.NumberTest.Compared compared) {
      return compared.sign().holds(values[run], compared.limit()); // Nothing passes, nor does NaN.
    }
    return has(run) && (test instanceof Condition.NumberTest.Present || Double.isNaN(values[run]));
  }

  double[] values() {
    return values;
  }
}
