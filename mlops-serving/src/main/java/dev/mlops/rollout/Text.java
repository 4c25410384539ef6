package dev.mlops.rollout;

import dev.mlops.report.InWords;
import java.time.Duration;

/** How shares and evidence read in sentences. */
final class Text {

  private static final double LARGEST_SHOWN = 1e300;

  private Text() {}

  /** A percentage, of four digits at most. */
  /** Where a rollout stands. */
  static String at(double share) {
    return share == 0 ? "as a shadow" : "at " + percent(share / 100);
  }

  static String percent(double share) {
    return InWords.number(100 * share, 4) + " %";
  }

  /** A duration, of four digits at most. */
  static String duration(long nanos) {
    return InWords.duration(Duration.ofNanos(nanos));
  }

  /** Evidence has no bound, and a double has one. */
  static String evidence(double value) {
    return value > LARGEST_SHOWN ? "above 1e300" : InWords.number(value, 3);
  }
}
