package dev.mlops.watch;

import dev.mlops.report.InWords;
import dev.mlops.stats.EProcess;
import java.util.Locale;

/**
 * What a rule sees in a window.
 *
 * @param state what is so
 * @param sentence the evidence
 */
record Finding(State state, String sentence) {
  private static final int LEAST_TO_HOLD = 20;

  /** Beyond it a double overflows before long, and infinite evidence there is none. */
  private static final double LARGEST_SHOWN = 1e300;

  enum State {
    /** Surely broken. */
    BROKEN,
    /** Holds, as far as one can see; an alert recovers. */
    HOLDS,
    /** Neither; an alert stays as it is, so that it does not flutter. */
    UNSURE,
    /** Nobody can know, for want of data or because of an error. */
    NOT_JUDGED
  }

  static Finding broken(String sentence) {
    return new Finding(State.BROKEN, sentence);
  }

  static Finding holds(String sentence) {
    return new Finding(State.HOLDS, sentence);
  }

  static Finding unsure(String sentence) {
    return new Finding(State.UNSURE, sentence);
  }

  static Finding notJudged(String why) {
    return new Finding(State.NOT_JUDGED, why);
  }

  /**
   * Judges evidence that a rule is broken.
   *
   * @param isRight whether the estimate is on the right side of the limit
   * @param n how many rows it rests on; few cannot reassure
   */
  static Finding of(EProcess evidence, double alpha, boolean isRight, long n, String words) {
    String sentence =
        String.format(
            Locale.ROOT,
            "%s, evidence %s (fires from %.0f)",
            words,
            number(evidence.maximum()),
            1 / alpha);
    if (evidence.rejects(alpha)) {
      return broken(sentence);
    }
    return isRight && n >= LEAST_TO_HOLD ? holds(sentence) : unsure(sentence);
  }

  private static String number(double evidence) {
    return evidence > LARGEST_SHOWN ? "above 1e300" : InWords.number(evidence, 3);
  }
}
