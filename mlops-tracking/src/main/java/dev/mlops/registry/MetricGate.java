package dev.mlops.registry;

import dev.mlops.error.Exactly;
import dev.mlops.storage.Names;
import dev.mlops.tracking.MetricSummary;
import dev.mlops.tracking.RunView;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A metric of the run has to reach a limit, by its latest value or by the end of its interval.
 *
 * @param confidence the least confidence of the interval; null if the value itself counts
 */
record MetricGate(String metric, double limit, boolean isLeast, @Nullable Double confidence)
    implements PromotionGate {

  static MetricGate of(String metric, double limit, boolean isLeast) {
    return new MetricGate(checked(metric), finite(limit), isLeast, null);
  }

  static MetricGate proven(String metric, double limit, boolean isLeast, double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence must lie between 0 and 1, both excluded: " + Exactly.number(confidence));
    }
    return new MetricGate(checked(metric), finite(limit), isLeast, confidence);
  }

  private static String checked(String metric) {
    return Names.checked("metric", Objects.requireNonNull(metric, "metric"));
  }

  private static double finite(double limit) {
    if (!Double.isFinite(limit)) {
      throw new IllegalArgumentException(
          "a limit must be a finite number: " + Exactly.number(limit));
    }
    return limit;
  }

  @Override
  public String name() {
    return metric
        + " "
        + Promotion.limit(isLeast, limit)
        + (confidence == null ? "" : " with confidence " + Exactly.number(confidence));
  }

  @Override
  public PromotionFinding check(PromotionSubject subject) {
    return subject.run().map(this::check).orElseGet(() -> missing(subject.noRun()));
  }

  private PromotionFinding check(RunView run) {
    if (confidence == null) {
      return compared(run, metric, metric);
    }
    Double said = value(run, RunView.confidenceOf(metric));
    if (said == null) {
      return missing(
          "no interval of it was logged; log it by run.metric('"
              + metric
              + "', interval)"
              + known(run));
    }
    if (!(said >= confidence)) {
      return missing("its interval has the confidence " + Exactly.number(said));
    }
    return compared(
        run,
        isLeast ? RunView.lowerOf(metric) : RunView.upperOf(metric),
        "the interval's " + (isLeast ? "lower" : "upper") + " end");
  }

  private PromotionFinding compared(RunView run, String name, String words) {
    Double value = value(run, name);
    if (value == null) {
      return missing("the run did not log it" + known(run));
    }
    // NaN reaches no limit.
    boolean reached = isLeast ? value >= limit : value <= limit;
    String said = words + " is " + Exactly.number(value);
    return reached ? passed(said) : missing(said);
  }

  private static String known(RunView run) {
    return run.metrics().isEmpty()
        ? "; it logged no metric"
        : "; it logged " + run.metrics().keySet();
  }

  private static @Nullable Double value(RunView run, String name) {
    Map<String, MetricSummary> metrics = run.metrics();
    MetricSummary summary = metrics.get(name);
    return summary == null ? null : summary.latest().value();
  }
}
