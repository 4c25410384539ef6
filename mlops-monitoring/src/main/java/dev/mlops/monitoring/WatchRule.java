package dev.mlops.monitoring;

import dev.mlops.data.Dataset;
import dev.mlops.drift.DriftDetector;
import dev.mlops.drift.DriftMonitor;
import dev.mlops.stats.Interval;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A rule of a watch.
 *
 * @param name the rule in words
 * @param check looks at a window
 */
record WatchRule(String name, BiFunction<ModelMonitor, TimeWindow, Finding> check) {
  private static final int DRIFTED_WINDOWS = 2;
  private static final int WINDOWS = 3;

  /**
   * What a rule sees in a window. What is neither surely broken nor holds leaves an alert as it is,
   * so that it does not flutter.
   *
   * @param broken whether it is surely broken
   * @param holds whether it holds, as far as one can see
   * @param sentence the evidence
   */
  record Finding(boolean broken, boolean holds, String sentence) {
    static Finding unknown(String why) {
      return new Finding(false, false, why);
    }
  }

  static WatchRule metricBelow(String metric, double limit) {
    return metric(
        metric,
        " below " + number(limit),
        found -> new Finding(found.high() < limit, found.value() >= limit, found.toString()));
  }

  static WatchRule metricAbove(String metric, double limit) {
    return metric(
        metric,
        " above " + number(limit),
        found -> new Finding(found.low() > limit, found.value() <= limit, found.toString()));
  }

  private static WatchRule metric(String metric, String limit, Function<Metric, Finding> judge) {
    return new WatchRule(
        metric + limit,
        (monitor, window) -> {
          Performance performance = monitor.performance(window);
          return performance
              .find(metric)
              .map(judge)
              .orElseGet(() -> Finding.unknown("no " + metric + ": " + performance.labels()));
        });
  }

  static WatchRule coverageBelow(double limit) {
    return new WatchRule(
        "label coverage below " + number(limit),
        (monitor, window) -> {
          LabelCoverage labels = monitor.performance(window).labels();
          if (labels.predictions() == 0) {
            return Finding.unknown("no predictions");
          }
          Interval share =
              Interval.wilson(labels.joined(), labels.predictions(), monitor.confidence());
          return new Finding(share.upper() < limit, share.estimate() >= limit, labels.toString());
        });
  }

  static WatchRule latencyAbove(double quantile, Duration limit) {
    return new WatchRule(
        "latency quantile " + number(quantile) + " above " + limit,
        (monitor, window) -> {
          Traffic traffic = monitor.traffic(window);
          double micros = limit.toNanos() / 1e3;
          return traffic.predictions() == 0
              ? Finding.unknown("no predictions")
              : slow(
                  traffic,
                  traffic.latencies().shareBelow(Math.nextUp(micros)),
                  1 - quantile,
                  monitor.confidence(),
                  "the quantile is " + traffic.latency(quantile));
        });
  }

  private static Finding slow(
      Traffic traffic, double fast, double allowed, double confidence, String words) {
    long slow = Math.round((1 - fast) * traffic.predictions());
    return tooMany(slow, traffic.predictions(), allowed, confidence, words);
  }

  static WatchRule failuresAbove(double limit) {
    return new WatchRule(
        "failures above " + number(limit),
        (monitor, window) -> {
          Traffic traffic = monitor.traffic(window);
          long failures = traffic.outcomes().getOrDefault("error", 0L);
          return traffic.predictions() == 0
              ? Finding.unknown("no predictions")
              : tooMany(
                  failures,
                  traffic.predictions(),
                  limit,
                  monitor.confidence(),
                  failures + " of " + traffic.predictions() + " failed");
        });
  }

  private static Finding tooMany(
      long some, long all, double allowed, double confidence, String words) {
    Interval share = Interval.wilson(some, all, confidence);
    return new Finding(share.lower() > allowed, share.estimate() <= allowed, words);
  }

  /**
   * Evidence is gathered from the baseline's end on; the rule is broken while an alarm came in the
   * window or later.
   */
  static WatchRule errorsAbove(TimeWindow baseline) {
    return new WatchRule(
        "errors above baseline",
        (monitor, window) -> {
          if (!window.to().isAfter(baseline.to())) {
            return Finding.unknown("the window is not after the baseline " + baseline);
          }
          ErrorEvidence errors =
              monitor.errors(baseline, TimeWindow.of(baseline.to(), window.to()));
          boolean now =
              errors.alarms().stream().anyMatch(rise -> !rise.time().isBefore(window.from()));
          return new Finding(now, !now, errors.sentence());
        });
  }

  /** Two of the last three windows of the same length must agree. */
  static WatchRule drift(DriftDetector detector) {
    return new WatchRule(
        "drift",
        (monitor, window) -> {
          DriftMonitor drift = detector.confirming(DRIFTED_WINDOWS, WINDOWS);
          for (int back = WINDOWS - 1; back > 0; back--) {
            Dataset rows = monitor.predictions(earlier(window, back));
            if (rows.rowCount() > 0) {
              drift.observe(rows);
            }
          }
          Dataset rows = monitor.predictions(window);
          return rows.rowCount() == 0
              ? Finding.unknown("no predictions")
              : judge(drift.observe(rows));
        });
  }

  private static TimeWindow earlier(TimeWindow window, int times) {
    Duration shift = window.length().multipliedBy(times);
    return TimeWindow.of(window.from().minus(shift), window.to().minus(shift));
  }

  private static Finding judge(DriftMonitor.Confirmation belief) {
    boolean calm = !belief.drifted() && !belief.report().judged().isEmpty();
    return new Finding(belief.drifted(), calm, belief.sentence());
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }
}
