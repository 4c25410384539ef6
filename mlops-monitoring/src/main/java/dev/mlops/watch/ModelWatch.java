package dev.mlops.watch;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Elements;
import dev.mlops.journal.Entry;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.TimeWindow;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at window after window of a model and tells sinks when a rule is broken, when it holds
 * again, and when nobody can know.
 *
 * <pre>{@code
 * ModelWatch watch =
 *     ModelWatch.of(monitor).heartbeat().metricBelow(Metric.ROC_AUC, 0.7).to(AlertSink.log()).build();
 * watch.evaluate(TimeWindow.month(2001, 5));
 * }</pre>
 *
 * <p>An alert fires once and is then silent until it recovers. Each rule is judged by itself: one
 * that fails, or that finds no data, is an alert of its own, {@link Alert.Kind#NOT_JUDGED}, and the
 * others are judged all the same. What fires is kept in the database by project, model, version,
 * variant, rule and kind of windows; of watches and processes that see the same change, one makes
 * it, writes it into the journal ({@code alert.firing}, {@code alert.recovered}, {@code
 * alert.not-judged}, {@code alert.judged}) and tells its sinks. Safe for use by many threads.
 */
public final class ModelWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ModelWatch.class);

  private final ModelMonitor monitor;
  private final List<WatchRule> rules;
  private final List<AlertSink> sinks;
  private final @Nullable String windows;
  private final WatchStates states;
  private final AtomicLong sinkFailures = new AtomicLong();

  ModelWatch(
      ModelMonitor monitor,
      List<WatchRule> rules,
      List<AlertSink> sinks,
      @Nullable String windows) {
    this.monitor = monitor;
    this.rules = Elements.copy(rules, "rules");
    this.sinks = Elements.copy(sinks, "sinks");
    this.windows = windows;
    this.states = new WatchStates(monitor);
  }

  /**
   * Starts a watch of a model.
   *
   * @param monitor says which model, version and variant, and reads its predictions
   * @return a builder
   */
  public static WatchBuilder of(ModelMonitor monitor) {
    return new WatchBuilder(requireNonNull(monitor, "monitor"));
  }

  /**
   * Looks at a window, journals what begins or ceases, and tells the sinks.
   *
   * @param window the time in which the predictions were made
   * @return the alerts that began or ceased, in the order of the rules; unmodifiable
   * @throws dev.mlops.error.StorageException if the state cannot be kept
   */
  @CanIgnoreReturnValue
  public List<Alert> evaluate(TimeWindow window) {
    Needs needs = Needs.all(rules.stream().map(rule -> rule.needs(window)).toList());
    Look look = new Look(monitor, window, monitor.workspace().clock().instant(), needs);
    String kind = windows == null ? kindOf(window) : windows;
    Map<WatchStates.Key, Instant> firing = states.firing(kind);
    List<Alert> changes = new ArrayList<>();
    WatchRule known = new KnownModel();
    Finding isKnown = judge(known, look);
    changes.addAll(changes(known, isKnown, look, kind, firing));
    if (isKnown.state() != Finding.State.BROKEN) {
      for (WatchRule rule : rules) {
        changes.addAll(changes(rule, judge(rule, look), look, kind, firing));
      }
    }
    return List.copyOf(changes);
  }

  /** Windows of one kind follow each other, and the state goes on from one to the next. */
  private static String kindOf(TimeWindow window) {
    LocalDate day = LocalDate.ofInstant(window.from(), ZoneOffset.UTC);
    if (window.equals(TimeWindow.month(day.getYear(), day.getMonthValue()))) {
      return "month";
    }
    return window.equals(TimeWindow.day(day)) ? "day" : window.length().toString();
  }

  /** Whatever a rule throws is its own affair: the others must be heard. */
  private Finding judge(WatchRule rule, Look look) {
    try {
      return rule.judge(look);
    } catch (Throwable e) {
      LOG.warn("the rule '{}' of '{}' cannot be judged", rule.name(), monitor.model(), e);
      return Finding.notJudged(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private List<Alert> changes(
      WatchRule rule,
      Finding finding,
      Look look,
      String kind,
      Map<WatchStates.Key, Instant> firing) {
    List<Alert> changes = new ArrayList<>();
    WatchStates.Key judged = new WatchStates.Key(rule.name(), Alert.Kind.NOT_JUDGED);
    boolean isJudged = finding.state() != Finding.State.NOT_JUDGED;
    if (isJudged == firing.containsKey(judged)) {
      Instant since = firing.getOrDefault(judged, look.now());
      String sentence =
          (isJudged ? "judged again, after it could not be since " : "cannot be judged since ")
              + since
              + ": "
              + finding.sentence();
      change(judged, !isJudged, look, kind, sentence).ifPresent(changes::add);
    }
    WatchStates.Key broken = new WatchStates.Key(rule.name(), Alert.Kind.BROKEN);
    boolean fires = firing.containsKey(broken);
    if (finding.state() == (fires ? Finding.State.HOLDS : Finding.State.BROKEN)) {
      change(broken, !fires, look, kind, finding.sentence()).ifPresent(changes::add);
    }
    return changes;
  }

  private Optional<Alert> change(
      WatchStates.Key key, boolean fires, Look look, String kind, String sentence) {
    Alert alert =
        new Alert(
            fires ? Alert.State.FIRING : Alert.State.RECOVERED,
            key.kind(),
            monitor.workspace().project(),
            monitor.model(),
            monitor.version().orElse(null),
            monitor.variant().orElse(null),
            key.rule(),
            look.now(),
            look.window(),
            sentence);
    if (!states.change(key, kind, fires, look.now(), entry(alert, kind))) {
      return Optional.empty();
    }
    sinks.forEach(sink -> tell(sink, alert));
    return Optional.of(alert);
  }

  private Entry entry(Alert alert, String kind) {
    boolean fires = alert.state() == Alert.State.FIRING;
    String event =
        alert.kind() == Alert.Kind.BROKEN
            ? fires ? "alert.firing" : "alert.recovered"
            : fires ? "alert.not-judged" : "alert.judged";
    Entry entry =
        Entry.of(event)
            .about("model", alert.model())
            .actor(monitor.workspace().actor())
            .outcome(fires ? outcome(alert.kind()) : "ok")
            .detail("model", alert.model())
            .detail("rule", alert.rule())
            .detail("windows", kind)
            .detail("window", alert.window().toString())
            .detail("sentence", alert.sentence());
    entry =
        monitor.version().isPresent() ? entry.detail("version", monitor.version().get()) : entry;
    return monitor.variant().isPresent() ? entry.detail("variant", monitor.variant().get()) : entry;
  }

  private static String outcome(Alert.Kind kind) {
    return kind == Alert.Kind.BROKEN ? "broken" : "not_judged";
  }

  /** Whatever a sink throws, the other sinks must hear of it. */
  private void tell(AlertSink sink, Alert alert) {
    try {
      sink.accept(alert);
    } catch (Throwable e) {
      if (sinkFailures.getAndIncrement() == 0) {
        LOG.warn("a sink failed to take '{}'; further failures are counted only", alert, e);
      }
    }
  }

  /**
   * Returns what is broken in windows of a kind.
   *
   * @param window a window of the kind that is asked for
   * @return the rules that are broken, sorted; unmodifiable
   */
  public List<String> firing(TimeWindow window) {
    return firing(window, Alert.Kind.BROKEN);
  }

  /**
   * Returns what cannot be judged in windows of a kind.
   *
   * @param window a window of the kind that is asked for
   * @return the rules of which nobody knows whether they are broken, sorted; unmodifiable
   */
  public List<String> notJudged(TimeWindow window) {
    return firing(window, Alert.Kind.NOT_JUDGED);
  }

  private List<String> firing(TimeWindow window, Alert.Kind kind) {
    return states.firing(windows == null ? kindOf(window) : windows).keySet().stream()
        .filter(key -> key.kind() == kind)
        .map(WatchStates.Key::rule)
        .sorted()
        .toList();
  }

  /**
   * Returns how often a sink failed.
   *
   * @return how many alerts a sink could not take since this watch was built
   */
  public long sinkFailures() {
    return sinkFailures.get();
  }

  @Override
  public String toString() {
    return "watch of " + monitor + " by " + rules.stream().map(WatchRule::name).toList();
  }
}
