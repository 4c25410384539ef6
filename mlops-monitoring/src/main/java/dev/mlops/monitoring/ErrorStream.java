package dev.mlops.monitoring;

import dev.mlops.data.Dataset;
import dev.mlops.monitoring.ErrorEvidence.Rise;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.stats.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** Right and wrong predictions in the order in which that became known. */
final class ErrorStream {
  private final List<Mark> marks = new ArrayList<>();

  /**
   * A prediction whose truth is known.
   *
   * @param time when the label became known
   * @param id the prediction, to order labels of one time
   */
  private record Mark(Instant time, String id, boolean error) {}

  private ErrorStream() {}

  static ErrorStream read(
      LoggedPredictions log, Supplier<PredictionQuery.Builder> query, double threshold) {
    ErrorStream stream = new ErrorStream();
    log.each(query, (page, row) -> stream.add(page, row, threshold));
    stream.marks.sort(Comparator.comparing(Mark::time).thenComparing(Mark::id));
    return stream;
  }

  private void add(Dataset page, int row, double threshold) {
    double label = page.doubles("label").get(row);
    double score = page.doubles("score").get(row);
    Instant time = page.instants("label_time").get(row);
    if (Double.isNaN(score) || time == null) {
      return;
    }
    if (label != 0 && label != 1) {
      throw new IllegalArgumentException(
          "errors are known for labels of 0 and 1 only; prediction '"
              + page.strings("id").get(row)
              + "' has label "
              + label);
    }
    boolean error = score >= threshold != (label == 1);
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
    ErrorRateDetector detector = ErrorRateDetector.above(rate.upper(), alarmBudget);
    List<Rise> rises = new ArrayList<>();
    for (Mark mark : marks) {
      detector
          .observe(mark.error)
          .ifPresent(alarm -> rises.add(new Rise(mark.time, timeOf(alarm.since()))));
    }
    return new ErrorEvidence(rate, size(), errors(), detector.evidence(), alarmBudget, rises);
  }

  private Instant timeOf(long observation) {
    return marks.get((int) observation - 1).time;
  }
}
