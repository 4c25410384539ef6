package dev.mlops.watch;

import dev.mlops.drift.DriftDetector;
import dev.mlops.monitoring.TimeWindow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What rules must have read of the predictions before they judge a window.
 *
 * @param rows the windows of which every prediction is needed, without features
 * @param labelled the windows of which predictions with a label are needed
 * @param compared windows that follow each other, whose features are compared with a reference
 * @param detector compares them; null if none is
 */
record Needs(
    List<TimeWindow> rows,
    List<TimeWindow> labelled,
    List<TimeWindow> compared,
    @Nullable DriftDetector detector) {

  static Needs ofRows(TimeWindow window) {
    return new Needs(List.of(window), List.of(), List.of(), null);
  }

  static Needs ofLabels(TimeWindow... windows) {
    return new Needs(List.of(), List.of(windows), List.of(), null);
  }

  static Needs ofFeatures(DriftDetector detector, List<TimeWindow> windows) {
    return new Needs(List.of(), List.of(), windows, detector);
  }

  /** What all of several rules need; at most one of them compares features. */
  static Needs all(List<Needs> each) {
    List<TimeWindow> rows = new ArrayList<>();
    List<TimeWindow> labelled = new ArrayList<>();
    Needs compares = new Needs(List.of(), List.of(), List.of(), null);
    for (Needs needs : each) {
      rows.addAll(needs.rows);
      labelled.addAll(needs.labelled);
      compares = needs.detector == null ? compares : needs;
    }
    return new Needs(
        rows.stream().distinct().toList(), labelled, compares.compared, compares.detector);
  }
}
