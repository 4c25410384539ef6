package dev.mlops.monitoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How good a model was in a window, as far as labels are known.
 *
 * <p>Immutable and safe for use by many threads. Which metrics there are depends on the {@link
 * Task}; each is either among the {@link #metrics()} with its interval, or among the {@link
 * #missing()} with the reason:
 *
 * <ul>
 *   <li>of binary models {@code roc_auc} (DeLong on the logit scale, from 10 rows of each class),
 *       {@code positive_rate}, {@code accuracy}, {@code precision}, {@code recall}
 *       (Clopper-Pearson), and if scores are probabilities {@code log_loss}, {@code brier}, {@code
 *       calibration_in_the_large} (mean score less positive rate);
 *   <li>of regressions {@code mean_label}, {@code bias}, {@code mae} (from 20 rows), {@code rmse}
 *       (from 50 rows) and {@code median_absolute_error};
 *   <li>of classes {@code accuracy} and for each class, such as 2, {@code precision_2} and {@code
 *       recall_2} (Clopper-Pearson);
 *   <li>of binary models and regressions {@code mean_score}, of all predictions.
 * </ul>
 */
public final class Performance {
  private final TimeWindow window;
  private final LabelCoverage labels;
  private final long unscored;
  private final long texts;
  private final String silence;
  private final Metrics metrics;
  private final Optional<Task> task;
  private final Calibration calibration;

  private Performance(
      TimeWindow window,
      Sample sample,
      String silence,
      Metrics metrics,
      Optional<Task> task,
      Calibration calibration) {
    this.window = window;
    this.labels = sample.coverage();
    this.unscored = sample.unscored();
    this.texts = sample.texts();
    this.silence = silence;
    this.metrics = metrics;
    this.task = task;
    this.calibration = calibration;
  }

  /**
   * Computes the metrics of a sample.
   *
   * @param silence what is to be said of a model without predictions; empty for nothing
   */
  static Performance of(
      TimeWindow window,
      Sample sample,
      String silence,
      Optional<Task> task,
      double threshold,
      double confidence) {
    Metrics metrics = Metrics.of(sample, task, threshold, confidence);
    boolean calibrates =
        metrics.found().stream().anyMatch(metric -> metric.metric().equals(Metric.BRIER));
    Calibration calibration =
        calibrates
            ? Calibration.of(sample.scores(), Metrics.positives(sample.labels()), confidence)
            : new Calibration(List.of());
    return new Performance(window, sample, silence, metrics, task, calibration);
  }

  /**
   * Returns the window.
   *
   * @return the time in which the predictions were made
   */
  public TimeWindow window() {
    return window;
  }

  /**
   * Returns the number of predictions.
   *
   * @return the number of predictions, with and without label
   */
  public long predictions() {
    return labels.predictions();
  }

  /**
   * Returns what is known of the labels.
   *
   * @return how many there are and how long they took
   */
  public LabelCoverage labels() {
    return labels;
  }

  /**
   * Returns how many predictions have no score.
   *
   * @return how many have NaN for a score; no metric counts them
   */
  public long unscored() {
    return unscored;
  }

  /**
   * Returns the metrics.
   *
   * @return those that could be computed, in a fixed order; unmodifiable
   */
  public List<Measurement> metrics() {
    return metrics.found();
  }

  /**
   * Returns the metrics that could not be computed, and why.
   *
   * @return the reasons by metric, in a fixed order; unmodifiable
   */
  public Map<Metric, String> missing() {
    return metrics.missing();
  }

  /**
   * Returns a metric.
   *
   * @param metric the metric, such as {@code Metric.ROC_AUC}
   * @return the metric
   * @throws NotFoundException if it could not be computed, or the task has none such; the message
   *     says why
   */
  public Measurement get(Metric metric) {
    return find(metric)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "no metric '%s' in %s with %s%s: %s"
                        .formatted(metric, window, labels, silence, why(metric))));
  }

  private String why(Metric metric) {
    String reason = metrics.missing().get(metric);
    if (reason != null) {
      return reason;
    }
    return task.map(known -> "the metrics of the task " + known + " are " + names(known))
        .orElse("no label is known yet, so the task of the model is unknown too");
  }

  private static String names(Task task) {
    return task.metrics().stream().map(Metric::name).collect(Collectors.joining(", "));
  }

  /**
   * Looks for a metric.
   *
   * @param metric the metric, such as {@code Metric.ROC_AUC}
   * @return the metric; empty if it could not be computed or the task has none such
   */
  public Optional<Measurement> find(Metric metric) {
    requireNonNull(metric, "metric");
    return metrics.found().stream()
        .filter(measured -> measured.metric().equals(metric))
        .findFirst();
  }

  /**
   * Returns predicted against observed.
   *
   * @return the groups of like scores; none unless scores are probabilities and labels 0 and 1
   */
  public Calibration calibration() {
    return calibration;
  }

  @Override
  public String toString() {
    Stream<String> lines =
        Stream.concat(
            metrics.found().stream().map(Measurement::toString),
            metrics.missing().entrySet().stream()
                .map(missing -> missing.getKey() + ": " + missing.getValue()));
    String none = unscored == 0 ? "" : ", " + Plural.grouped(unscored) + " without a score";
    String words = texts == 0 ? "" : ", " + Plural.grouped(texts) + " with a text for a label";
    return lines.collect(
        Collectors.joining("\n  ", window + ": " + labels + none + words + silence + "\n  ", ""));
  }
}
