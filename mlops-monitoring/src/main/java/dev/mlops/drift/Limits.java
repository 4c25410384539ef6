package dev.mlops.drift;

/**
 * What counts as drift.
 *
 * @param alpha how large an adjusted p-value may be
 * @param effect how large the change of a distribution must be
 * @param unseen how large the share of values never seen must be
 * @param columns how many columns are judged together
 */
record Limits(double alpha, double effect, double unseen, int columns) {
  /** The largest p-value of a column that is believed even if no other column has changed. */
  double level() {
    return alpha / columns;
  }

  /** How effects are measured by a test with some part of a column's level. */
  Effects effects(double part) {
    return new Effects(effect, level() * part);
  }
}
