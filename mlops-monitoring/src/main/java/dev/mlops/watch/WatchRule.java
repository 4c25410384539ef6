package dev.mlops.watch;

import dev.mlops.monitoring.TimeWindow;

/** A rule of a watch. Immutable; what it throws is told as a rule that cannot be judged. */
interface WatchRule {

  /** The rule in words; a part of the identity of its state. */
  String name();

  Finding judge(Look look);

  /** What it needs of the predictions to judge a window, so that all rules read them once. */
  default Needs needs(TimeWindow window) {
    return Needs.ofRows(window);
  }
}
