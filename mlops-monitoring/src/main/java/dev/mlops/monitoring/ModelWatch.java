package dev.mlops.monitoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.drift.DriftDetector;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.journal.EventQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at window after window of a model and tells sinks when a rule is broken, and when it holds
 * again.
 *
 * <p>An alert fires once and is then silent until it recovers. It fires only if the rule is broken
 * beyond doubt, and recovers only when the rule holds again. Each alert is an event in the journal,
 * {@code alert.firing} or {@code alert.recovered}, from which a watch learns at its start what is
 * firing. Safe for use by many threads; evaluations wait for each other.
 */
public final class ModelWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ModelWatch.class);
  private static final String KIND = "alert.";
  private static final int PAGE = 1000;

  private final ModelMonitor monitor;
  private final List<WatchRule> rules;
  private final List<AlertSink> sinks;
  private final Set<String> firing = new HashSet<>();
  private final AtomicLong sinkFailures = new AtomicLong();

  private ModelWatch(Builder builder) {
    this.monitor = builder.monitor;
    this.rules = List.copyOf(builder.rules);
    this.sinks = List.copyOf(builder.sinks);
    learn();
  }

  private void learn() {
    EventQuery query = EventQuery.all().kind(KIND).project(workspace().project()).limit(PAGE);
    List<Event> page = workspace().journal().list(query);
    while (!page.isEmpty()) {
      page.stream().filter(this::isOurs).forEach(this::learn);
      long last = page.get(page.size() - 1).id();
      page = workspace().journal().list(query.after(last));
    }
  }

  private boolean isOurs(Event event) {
    return monitor.model().equals(event.details().get("model"));
  }

  private void learn(Event event) {
    String rule = String.valueOf(event.details().get("rule"));
    if (event.kind().equals(kind(Alert.State.FIRING))) {
      firing.add(rule);
    } else {
      firing.remove(rule);
    }
  }

  private Workspace workspace() {
    return monitor.workspace();
  }

  private static String kind(Alert.State state) {
    return KIND + state.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Looks at a window, journals what begins or ceases, and tells the sinks.
   *
   * @param window the time in which the predictions were made
   * @return the alerts that began or ceased, in the order of the rules; unmodifiable
   */
  public synchronized List<Alert> evaluate(TimeWindow window) {
    List<Alert> changes = new ArrayList<>();
    for (WatchRule rule : rules) {
      WatchRule.Finding finding = rule.check().apply(monitor, window);
      change(rule, finding)
          .map(state -> alert(state, rule, window, finding))
          .ifPresent(changes::add);
    }
    changes.forEach(this::publish);
    return List.copyOf(changes);
  }

  private Optional<Alert.State> change(WatchRule rule, WatchRule.Finding finding) {
    boolean fires = firing.contains(rule.name());
    if (!fires && finding.broken()) {
      return Optional.of(Alert.State.FIRING);
    }
    return fires && finding.holds() ? Optional.of(Alert.State.RECOVERED) : Optional.empty();
  }

  private Alert alert(
      Alert.State state, WatchRule rule, TimeWindow window, WatchRule.Finding finding) {
    return new Alert(
        state,
        monitor.model(),
        rule.name(),
        workspace().clock().instant(),
        window,
        finding.sentence());
  }

  private void publish(Alert alert) {
    Event event =
        workspace()
            .journal()
            .append(
                Entry.of(kind(alert.state()))
                    .actor(workspace().actor())
                    .detail("model", alert.model())
                    .detail("rule", alert.rule())
                    .detail("window", alert.window().toString())
                    .detail("sentence", alert.sentence()));
    learn(event);
    sinks.forEach(sink -> tell(sink, alert));
  }

  private void tell(AlertSink sink, Alert alert) {
    try {
      sink.accept(alert);
    } catch (RuntimeException e) {
      if (sinkFailures.getAndIncrement() == 0) {
        LOG.warn("a sink failed to take '{}'; further failures are counted only", alert, e);
      }
    }
  }

  /**
   * Returns what is firing.
   *
   * @return the rules that are broken, sorted; unmodifiable
   */
  public synchronized List<String> firing() {
    return firing.stream().sorted().toList();
  }

  /**
   * Returns how often a sink failed.
   *
   * @return how many alerts a sink could not take since this watch was built
   */
  public long sinkFailures() {
    return sinkFailures.get();
  }

  /** Sets up a watch. Not safe for use by many threads. */
  public static final class Builder {
    private final ModelMonitor monitor;
    private final List<WatchRule> rules = new ArrayList<>();
    private final List<AlertSink> sinks = new ArrayList<>();

    Builder(ModelMonitor monitor) {
      this.monitor = monitor;
    }

    /**
     * Fires when a metric is surely below a limit: its whole interval is. It recovers when the
     * estimate no longer is.
     *
     * @param metric its name, such as {@code roc_auc}
     * @param limit the limit
     * @return this
     * @throws IllegalStateException if there is already such a rule
     */
    public Builder metricBelow(String metric, double limit) {
      return add(WatchRule.metricBelow(requireNonNull(metric, "metric"), limit));
    }

    /**
     * Fires when a metric is surely above a limit: its whole interval is. It recovers when the
     * estimate no longer is.
     *
     * @param metric its name, such as {@code log_loss}
     * @param limit the limit
     * @return this
     * @throws IllegalStateException if there is already such a rule
     */
    public Builder metricAbove(String metric, double limit) {
      return add(WatchRule.metricAbove(requireNonNull(metric, "metric"), limit));
    }

    /**
     * Fires when too few predictions have their label.
     *
     * @param share the least share of predictions, from 0 to 1
     * @return this
     * @throws IllegalArgumentException if it is not from 0 to 1
     * @throws IllegalStateException if there is already such a rule
     */
    public Builder coverageBelow(double share) {
      return add(WatchRule.coverageBelow(share("share", share)));
    }

    /**
     * Fires when too many predictions take too long.
     *
     * @param quantile the share of predictions that must be fast enough, from 0 to 1, such as 0.99
     * @param limit how long they may take
     * @return this
     * @throws IllegalArgumentException if the quantile is not from 0 to 1
     * @throws IllegalStateException if there is already such a rule
     */
    public Builder latencyAbove(double quantile, Duration limit) {
      return add(
          WatchRule.latencyAbove(share("quantile", quantile), requireNonNull(limit, "limit")));
    }

    /**
     * Fires when too many predictions fail, that is end with outcome {@code error}.
     *
     * @param share the greatest share of predictions, from 0 to 1
     * @return this
     * @throws IllegalArgumentException if it is not from 0 to 1
     * @throws IllegalStateException if there is already such a rule
     */
    public Builder failuresAbove(double share) {
      return add(WatchRule.failuresAbove(share("share", share)));
    }

    /**
     * Fires when the error rate has risen above that of a baseline, by the evidence of {@link
     * ModelMonitor#errors} from the baseline's end on.
     *
     * @param baseline a window in which all was well, with labels
     * @return this
     * @throws IllegalStateException if there is already such a rule
     */
    public Builder errorsAbove(TimeWindow baseline) {
      return add(WatchRule.errorsAbove(requireNonNull(baseline, "baseline")));
    }

    /**
     * Fires when two of the last three windows of the same length have drifted.
     *
     * @param detector compares columns of {@link ModelMonitor#predictions}, that is features,
     *     {@code score} and others
     * @return this
     * @throws IllegalStateException if there is already such a rule
     */
    public Builder drift(DriftDetector detector) {
      return add(WatchRule.drift(requireNonNull(detector, "detector")));
    }

    /**
     * Adds sinks.
     *
     * @param sinks who should know, in this order
     * @return this
     */
    public Builder to(AlertSink... sinks) {
      this.sinks.addAll(List.of(sinks));
      return this;
    }

    private Builder add(WatchRule rule) {
      if (rules.stream().anyMatch(earlier -> earlier.name().equals(rule.name()))) {
        throw new IllegalStateException("the rule '" + rule.name() + "' is already set");
      }
      rules.add(rule);
      return this;
    }

    private static double share(String name, double value) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException(name + " must lie between 0 and 1: " + value);
      }
      return value;
    }

    /**
     * Builds the watch, which reads in the journal what is firing.
     *
     * @return the watch
     * @throws IllegalStateException if there is no rule
     */
    public ModelWatch build() {
      if (rules.isEmpty()) {
        throw new IllegalStateException(
            "a watch of '" + monitor.model() + "' needs at least one rule");
      }
      return new ModelWatch(this);
    }
  }
}
