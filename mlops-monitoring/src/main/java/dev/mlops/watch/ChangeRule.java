package dev.mlops.watch;

import dev.mlops.drift.DriftDetector;
import dev.mlops.drift.DriftMonitor;
import dev.mlops.drift.DriftReport;
import dev.mlops.monitoring.ErrorEvidence;
import dev.mlops.monitoring.TimeWindow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Fires when errors or features are no longer what they were.
 *
 * @param name the rule in words
 * @param judgement looks at a window
 * @param reads what it needs to judge a window
 */
record ChangeRule(String name, Function<Look, Finding> judgement, Function<TimeWindow, Needs> reads)
    implements WatchRule {
  private static final int DRIFTED_WINDOWS = 2;
  private static final int WINDOWS = 3;

  /**
   * Evidence is gathered from the baseline's end on; the rule is broken while an alarm came in the
   * window or later.
   */
  static ChangeRule errorsAbove(TimeWindow baseline) {
    return new ChangeRule(
        "errors above baseline " + baseline,
        look -> errors(look, baseline),
        window ->
            isAfter(window, baseline)
                ? Needs.ofLabels(baseline, since(baseline, window))
                : Needs.ofLabels());
  }

  @Override
  public Finding judge(Look look) {
    return judgement.apply(look);
  }

  @Override
  public Needs needs(TimeWindow window) {
    return reads.apply(window);
  }

  private static boolean isAfter(TimeWindow window, TimeWindow baseline) {
    return window.to().isAfter(baseline.to());
  }

  private static TimeWindow since(TimeWindow baseline, TimeWindow window) {
    return TimeWindow.of(baseline.to(), window.to());
  }

  private static Finding errors(Look look, TimeWindow baseline) {
    TimeWindow window = look.window();
    if (!isAfter(window, baseline)) {
      return Finding.notJudged("the window is not after the baseline " + baseline);
    }
    ErrorEvidence errors =
        look.monitor().errors(baseline, since(baseline, window), look.scan().labelled());
    if (errors.observed() == 0) {
      return Finding.notJudged("no labels since the baseline: " + errors.sentence());
    }
    boolean now = errors.alarms().stream().anyMatch(rise -> !rise.time().isBefore(window.from()));
    return now ? Finding.broken(errors.sentence()) : Finding.holds(errors.sentence());
  }

  /** Two of the last three windows of the same length must agree. */
  static ChangeRule drift(DriftDetector detector) {
    return new ChangeRule(
        "drift",
        look -> drift(look, detector),
        window -> Needs.ofFeatures(detector, windows(window)));
  }

  private static Finding drift(Look look, DriftDetector detector) {
    DriftMonitor drift = detector.confirming(DRIFTED_WINDOWS, WINDOWS);
    Map<TimeWindow, DriftReport> reports = look.scan().reports();
    if (!reports.containsKey(look.window())) {
      return Finding.notJudged("no predictions");
    }
    // The window itself is the last of them.
    return found(
        reports.values().stream()
            .map(drift::observe)
            .reduce((earlier, last) -> last)
            .orElseThrow());
  }

  private static List<TimeWindow> windows(TimeWindow last) {
    return IntStream.range(0, WINDOWS).mapToObj(i -> earlier(last, WINDOWS - 1 - i)).toList();
  }

  private static TimeWindow earlier(TimeWindow window, int times) {
    Duration shift = window.length().multipliedBy(times);
    return TimeWindow.of(window.from().minus(shift), window.to().minus(shift));
  }

  private static Finding found(DriftMonitor.Confirmation belief) {
    if (belief.drifted()) {
      return Finding.broken(belief.sentence());
    }
    return belief.report().judged().isEmpty()
        ? Finding.notJudged(belief.report().sentence())
        : Finding.holds(belief.sentence());
  }
}
