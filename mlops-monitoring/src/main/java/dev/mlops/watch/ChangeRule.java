package dev.mlops.watch;

import dev.mlops.data.Dataset;
import dev.mlops.drift.DriftDetector;
import dev.mlops.drift.DriftMonitor;
import dev.mlops.monitoring.ErrorEvidence;
import dev.mlops.monitoring.TimeWindow;
import java.time.Duration;
import java.util.function.Function;

/**
 * Fires when errors or features are no longer what they were.
 *
 * @param name the rule in words
 * @param judgement looks at a window
 */
record ChangeRule(String name, Function<Look, Finding> judgement) implements WatchRule {
  private static final int DRIFTED_WINDOWS = 2;
  private static final int WINDOWS = 3;

  /**
   * Evidence is gathered from the baseline's end on; the rule is broken while an alarm came in the
   * window or later.
   */
  static ChangeRule errorsAbove(TimeWindow baseline) {
    return new ChangeRule("errors above baseline " + baseline, look -> errors(look, baseline));
  }

  @Override
  public Finding judge(Look look) {
    return judgement.apply(look);
  }

  private static Finding errors(Look look, TimeWindow baseline) {
    TimeWindow window = look.window();
    if (!window.to().isAfter(baseline.to())) {
      return Finding.notJudged("the window is not after the baseline " + baseline);
    }
    ErrorEvidence errors =
        look.monitor().errors(baseline, TimeWindow.of(baseline.to(), window.to()));
    if (errors.observed() == 0) {
      return Finding.notJudged("no labels since the baseline: " + errors.sentence());
    }
    boolean now = errors.alarms().stream().anyMatch(rise -> !rise.time().isBefore(window.from()));
    return now ? Finding.broken(errors.sentence()) : Finding.holds(errors.sentence());
  }

  /** Two of the last three windows of the same length must agree. */
  static ChangeRule drift(DriftDetector detector) {
    return new ChangeRule("drift", look -> drift(look, detector));
  }

  private static Finding drift(Look look, DriftDetector detector) {
    DriftMonitor drift = detector.confirming(DRIFTED_WINDOWS, WINDOWS);
    for (int back = WINDOWS - 1; back > 0; back--) {
      Dataset rows = look.monitor().predictions(earlier(look.window(), back));
      if (rows.rowCount() > 0) {
        drift.observe(rows);
      }
    }
    Dataset rows = look.monitor().predictions(look.window());
    return rows.rowCount() == 0 ? Finding.notJudged("no predictions") : found(drift.observe(rows));
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
