package dev.mlops.watch;

import static java.util.Objects.requireNonNull;

import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.drift.DriftDetector;
import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.TimeWindow;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sets up a {@link ModelWatch}. Not safe for use by many threads. */
public final class WatchBuilder {
  private final ModelMonitor monitor;
  private final List<WatchRule> rules = new ArrayList<>();
  private final List<AlertSink> sinks = new ArrayList<>();
  private @Nullable String windows;
  private @Nullable Double errorBound;

  WatchBuilder(ModelMonitor monitor) {
    this.monitor = monitor;
  }

  /**
   * Fires when a metric is below a limit for certain. It recovers when the estimate of at least 20
   * rows no longer is.
   *
   * @param metric the metric, such as {@code Metric.ROC_AUC}
   * @param limit the limit
   * @return this
   * @throws IllegalArgumentException if a model of its task has no such metric
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder metricBelow(Metric metric, double limit) {
    return metric(metric, false, limit);
  }

  /**
   * Fires when a metric is above a limit for certain. It recovers when the estimate of at least 20
   * rows no longer is.
   *
   * @param metric the metric, such as {@code Metric.LOG_LOSS}
   * @param limit the limit
   * @return this
   * @throws IllegalArgumentException if a model of its task has no such metric
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder metricAbove(Metric metric, double limit) {
    return metric(metric, true, limit);
  }

  private WatchBuilder metric(Metric metric, boolean above, double limit) {
    requireNonNull(metric, "metric");
    if (!metric.isBuiltIn()) {
      throw new IllegalArgumentException(
          "'%s' is a measure of the application's own, which nothing here computes; there are %s"
              .formatted(metric, names(Task.allMetrics())));
    }
    monitor
        .task()
        .filter(task -> !metric.belongsTo(task))
        .ifPresent(
            task -> {
              throw new IllegalArgumentException(
                  "there is no metric '%s' of a model whose task is %s; there are %s"
                      .formatted(metric, task, names(task.metrics())));
            });
    double checked = metric.limit(above ? "above" : "below", limit);
    return add(new MetricRule(metric, above, checked, Double.POSITIVE_INFINITY));
  }

  private static String names(List<Metric> metrics) {
    return metrics.stream().map(Metric::name).collect(Collectors.joining(", "));
  }

  /**
   * Says how large an error of this regression can be at most, so that rules about {@code bias},
   * and rules that fire when {@code mae} or {@code rmse} is below a limit, can hold their error.
   * Errors beyond it make such a rule one that cannot be judged.
   *
   * @param bound the largest absolute difference of score and label
   * @return this
   * @throws IllegalArgumentException if it is not positive and finite
   * @throws IllegalStateException if it is already set
   */
  public WatchBuilder errorsWithin(double bound) {
    Once.refuse("errorsWithin", errorBound);
    if (!(bound > 0 && bound < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "errorsWithin must be positive and finite: " + Exactly.number(bound));
    }
    this.errorBound = bound;
    return this;
  }

  /**
   * Fires when there are no predictions in a window, as far as it is over.
   *
   * @return this
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder heartbeat() {
    return add(SilenceRule.heartbeat(1, null));
  }

  /**
   * Fires when there are fewer predictions in a window, as far as it is over, than a rate asks for.
   *
   * @param least how many predictions there must be, at least 1
   * @param every in which time, on average
   * @return this
   * @throws IllegalArgumentException if one of them is not positive
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder heartbeat(long least, Duration every) {
    requireNonNull(every, "every");
    if (least < 1 || every.isZero() || every.isNegative()) {
      throw new IllegalArgumentException(
          "a heartbeat needs at least 1 prediction in some time: "
              + least
              + " in "
              + Exactly.duration(every));
    }
    return add(SilenceRule.heartbeat(least, every));
  }

  /**
   * Fires when all scores of a window are equal, of at least 20.
   *
   * @return this
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder constantOutput() {
    return add(SilenceRule.constantOutput());
  }

  /**
   * Fires when too many scores are NaN or infinite, of predictions that did not fail.
   *
   * @param share the greatest share of these predictions, from 0 to 1; with 0 a single one fires
   * @return this
   * @throws IllegalArgumentException if it is not from 0 to 1
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder notFiniteAbove(double share) {
    return add(ShareRule.notFinite(share("share", share)));
  }

  /**
   * Fires when too few predictions have their label, of those that have it or should: a label is
   * due after the monitor's {@code labelDeadline}.
   *
   * @param share the least share of these predictions, from 0 to 1
   * @return this
   * @throws IllegalArgumentException if it is not from 0 to 1
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder coverageBelow(double share) {
    return add(ShareRule.unlabelled(share("share", share)));
  }

  /**
   * Fires when too many predictions take too long.
   *
   * @param quantile the share of predictions that must be fast enough, from 0 to 1, such as 0.99
   * @param limit how long they may take, above zero
   * @return this
   * @throws IllegalArgumentException if the quantile is not from 0 to 1, or the limit not above
   *     zero
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder latencyAbove(double quantile, Duration limit) {
    requireNonNull(limit, "limit");
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException(
          "a latency's limit must be above zero: " + Exactly.duration(limit));
    }
    return add(ShareRule.latency(share("quantile", quantile), limit));
  }

  /**
   * Fires when too many predictions fail, that is end with outcome {@code error}.
   *
   * @param share the greatest share of predictions, from 0 to 1; with 0 a single one fires
   * @return this
   * @throws IllegalArgumentException if it is not from 0 to 1
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder failuresAbove(double share) {
    return add(ShareRule.failures(share("share", share)));
  }

  /**
   * Fires when the error rate has risen above that of a baseline, by the evidence of {@link
   * ModelMonitor#errors} from the baseline's end on.
   *
   * @param baseline a window in which all was well, with labels
   * @return this
   * @throws IllegalArgumentException if the model predicts amounts
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder errorsAbove(TimeWindow baseline) {
    requireNonNull(baseline, "baseline");
    if (monitor.task().filter(Task::predictsAmounts).isPresent()) {
      throw new IllegalArgumentException(
          "predictions of '%s' are not right or wrong, as it predicts amounts; watch mae or rmse"
              .formatted(monitor.model()));
    }
    return add(ChangeRule.errorsAbove(baseline));
  }

  /**
   * Fires when two of the last three windows of the same length have drifted.
   *
   * @param detector compares columns of {@link ModelMonitor#predictions}, that is features, {@code
   *     score} and others
   * @return this
   * @throws IllegalStateException if there is already such a rule
   */
  public WatchBuilder drift(DriftDetector detector) {
    return add(ChangeRule.drift(requireNonNull(detector, "detector")));
  }

  /**
   * Names the kind of windows this watch looks at, which is a part of the identity of its state.
   *
   * <p>Without a name it is told from each window: {@code month}, {@code day}, or its length. Give
   * a name to windows that grow, such as {@code month to date}, whose lengths all differ.
   *
   * @param kind what these windows are
   * @return this
   * @throws IllegalArgumentException if it is blank or has more than 250 characters
   * @throws IllegalStateException if it is already set
   */
  public WatchBuilder windows(String kind) {
    requireNonNull(kind, "kind");
    Once.refuse("windows", windows);
    this.windows = Names.checked("windows", kind);
    return this;
  }

  /**
   * Adds sinks.
   *
   * @param sinks who should know, in this order
   * @return this
   */
  public WatchBuilder to(AlertSink... sinks) {
    this.sinks.addAll(Elements.copy(sinks, "sinks"));
    return this;
  }

  private WatchBuilder add(WatchRule rule) {
    if (rules.stream().anyMatch(earlier -> earlier.name().equals(rule.name()))) {
      throw new IllegalStateException("the rule '" + rule.name() + "' is there twice");
    }
    rules.add(rule);
    return this;
  }

  private static double share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          name + " must lie between 0 and 1: " + Exactly.number(value));
    }
    return value;
  }

  /**
   * Builds the watch.
   *
   * @return the watch
   * @throws IllegalStateException if there is no rule
   * @throws IllegalArgumentException if a metric cannot be beyond its limit, or has no bounds from
   *     which a rule could hold its error
   */
  public ModelWatch build() {
    if (rules.isEmpty()) {
      throw new IllegalStateException(
          "a watch of '" + monitor.model() + "' needs at least one rule");
    }
    return new ModelWatch(monitor, rules.stream().map(this::bounded).toList(), sinks, windows);
  }

  private WatchRule bounded(WatchRule rule) {
    if (!(rule instanceof MetricRule metric)) {
      return rule;
    }
    double bound = errorBound == null ? Double.POSITIVE_INFINITY : errorBound;
    MetricRule bounded = new MetricRule(metric.metric(), metric.above(), metric.limit(), bound);
    bounded.requireEvidence();
    return bounded;
  }
}
