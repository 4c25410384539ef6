package dev.mlops.monitoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Dataset;
import dev.mlops.design.Task;
import dev.mlops.monitoring.ErrorEvidence.Rise;
import dev.mlops.stats.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Right and wrong predictions in the order in which that became known. */
final class ErrorStream {
  private final List<Mark> marks = new ArrayList<>();
  private long leftOut;

  /**
   * A prediction whose truth is known.
   *
   * @param time when the label became known
   * @param id the prediction, to order labels of one time
   */
  private record Mark(Instant time, String id, boolean error) {}

  private ErrorStream() {}

  /** Reads the labelled predictions of a window of a binary model, or of one of classes. */
  static ErrorStream read(Iterable<Dataset> pages, TimeWindow window, Task task, double threshold) {
    ErrorStream stream = new ErrorStream();
    for (Dataset page : pages) {
      requireNonNull(page, "pages[]");
      for (int row = 0; row < page.rowCount(); row++) {
        if (!page.instants("label_time").isNull(row)
            && window.contains(page.row(row).getInstant("time"))) {
          stream.add(page, row, task, threshold);
        }
      }
    }
    stream.marks.sort(Comparator.comparing(Mark::time).thenComparing(Mark::id));
    return stream;
  }

  private void add(Dataset page, int row, Task task, double threshold) {
    double label = page.doubles("label").get(row);
    double score = page.doubles("score").get(row);
    Instant time = page.instants("label_time").get(row);
    boolean known =
        task instanceof Task.Classes classes
            ? classes.classes().contains(label + 0.0)
            : label == 0 || label == 1;
    if (Double.isNaN(score) || time == null || !known) {
      leftOut++;
      return;
    }
    boolean error =
        task instanceof Task.Classes ? score != label : score >= threshold != (label == 1);
    marks.add(new Mark(time, page.row(row).getString("id"), error));
  }

  int size() {
    return marks.size();
  }

  private long errors() {
    return marks.stream().filter(Mark::error).count();
  }

  ErrorEvidence against(ErrorStream baseline, double alarmBudget) {
    Interval rate = ErrorRateDetector.baseline(baseline.errors(), baseline.size());
    if (rate.upper() >= 1) {
      return new ErrorEvidence(rate, size(), errors(), leftOut, 0, alarmBudget, List.of());
    }
    ErrorRateDetector detector = ErrorRateDetector.above(rate.upper(), alarmBudget);
    List<Rise> rises = new ArrayList<>();
    for (Mark mark : marks) {
      detector
          .observe(mark.error)
          .ifPresent(alarm -> rises.add(new Rise(mark.time, timeOf(alarm.since()))));
    }
    return new ErrorEvidence(
        rate, size(), errors(), leftOut, detector.evidence(), alarmBudget, rises);
  }

  private Instant timeOf(long observation) {
    return marks.get((int) observation - 1).time;
  }
}
