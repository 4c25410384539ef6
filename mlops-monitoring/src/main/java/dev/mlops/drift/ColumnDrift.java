package dev.mlops.drift;

import java.util.List;
import java.util.Locale;

/** What a comparison says of one column. */
public sealed interface ColumnDrift {
  /**
   * Returns the column's name.
   *
   * @return the name
   */
  String column();

  /**
   * Returns the outcome in words.
   *
   * @return one sentence without a full stop
   */
  String sentence();

  /**
   * The column is still like its reference, as far as these rows can tell.
   *
   * @param column the column's name
   * @param evidence what was computed
   */
  record Stable(String column, Evidence evidence) implements ColumnDrift {
    @Override
    public String sentence() {
      return column + " is stable: " + evidence.words();
    }
  }

  /**
   * The column has drifted: the difference is too large for chance, and large enough to matter.
   *
   * @param column the column's name
   * @param severity how far
   * @param evidence what was computed
   */
  record Drifted(String column, Severity severity, Evidence evidence) implements ColumnDrift {
    @Override
    public String sentence() {
      String how = severity == Severity.SEVERE ? " drifted severely: " : " drifted: ";
      String most = evidence.parts().isEmpty() ? "" : "; most of it at " + evidence.parts().get(0);
      return column + how + evidence.words() + most;
    }
  }

  /**
   * There are too few rows to tell.
   *
   * @param column the column's name
   * @param reference the number of rows in the reference
   * @param current the number of rows in the window
   * @param minimum how many both must have
   */
  record TooFewSamples(String column, long reference, long current, long minimum)
      implements ColumnDrift {
    @Override
    public String sentence() {
      return column
          + " cannot be judged: "
          + reference
          + " against "
          + current
          + " rows, but each needs at least "
          + minimum;
    }
  }

  /**
   * The numbers behind an outcome.
   *
   * @param method the test and the law of its p-value
   * @param statistic the test's statistic
   * @param p how often chance alone gives such a statistic or a larger one
   * @param adjustedP the same, adjusted by Benjamini-Hochberg over the compared columns
   * @param effectName what the effect is called, {@code PSI} or {@code D}
   * @param effect how large the difference is
   * @param leastEffect how large it must be to count as drift
   * @param reference the number of rows in the reference
   * @param current the number of rows in the window
   * @param parts where the difference is, at most three places, the largest first
   */
  record Evidence(
      String method,
      double statistic,
      double p,
      double adjustedP,
      String effectName,
      double effect,
      double leastEffect,
      long reference,
      long current,
      List<Part> parts) {

    /**
     * Copies the parts.
     *
     * @param method the test and the law of its p-value
     * @param statistic the test's statistic
     * @param p how often chance alone gives such a statistic or a larger one
     * @param adjustedP the same, adjusted by Benjamini-Hochberg over the compared columns
     * @param effectName what the effect is called, {@code PSI} or {@code D}
     * @param effect how large the difference is
     * @param leastEffect how large it must be to count as drift
     * @param reference the number of rows in the reference
     * @param current the number of rows in the window
     * @param parts where the difference is, at most three places, the largest first
     */
    public Evidence {
      parts = List.copyOf(parts);
    }

    String words() {
      return effectName
          + " "
          + Text.effect(effect)
          + " (drift from "
          + Text.number(leastEffect)
          + "), adjusted "
          + Text.probability(adjustedP)
          + ", "
          + reference
          + " against "
          + current
          + " rows";
    }
  }

  /**
   * A place where reference and window differ.
   *
   * @param values the values in words, such as {@code (45, 120]}, {@code 'JFK'} or {@code missing}
   * @param before their share in the reference
   * @param now their share in the window
   */
  record Part(String values, double before, double now) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s: %s before, %s now", values, Text.percent(before), Text.percent(now));
    }
  }
}
