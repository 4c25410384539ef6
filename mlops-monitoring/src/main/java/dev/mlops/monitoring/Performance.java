package dev.mlops.monitoring;

import dev.mlops.error.NotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How good a model was in a window, as far as labels are known.
 *
 * <p>Immutable and safe for use by many threads. Metrics, where they can be computed:
 *
 * <ul>
 *   <li>always {@code mean_score}, of all predictions;
 *   <li>for labels of 0 and 1 {@code roc_auc} (DeLong), {@code positive_rate}, {@code accuracy},
 *       {@code precision}, {@code recall} (Wilson), and if scores are probabilities {@code
 *       log_loss}, {@code brier}, {@code calibration_in_the_large} (mean score less positive rate);
 *   <li>for other labels {@code mean_label}, {@code bias}, {@code mae}, {@code rmse}.
 * </ul>
 */
public final class Performance {
  private final TimeWindow window;
  private final LabelCoverage labels;
  private final List<Metric> metrics;
  private final Calibration calibration;

  private Performance(
      TimeWindow window, LabelCoverage labels, List<Metric> metrics, Calibration calibration) {
    this.window = window;
    this.labels = labels;
    this.metrics = metrics;
    this.calibration = calibration;
  }

  static Performance of(TimeWindow window, Sample sample, double threshold, double confidence) {
    double[] labels = sample.labels();
    Calibration calibration =
        Metrics.binary(labels)
            ? Calibration.of(sample.scores(), Metrics.positives(labels), confidence)
            : new Calibration(List.of());
    return new Performance(
        window, sample.coverage(), Metrics.of(sample, threshold, confidence), calibration);
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
   * Returns the metrics.
   *
   * @return those that could be computed, in a fixed order; unmodifiable
   */
  public List<Metric> metrics() {
    return metrics;
  }

  /**
   * Returns a metric.
   *
   * @param name its name, such as {@code roc_auc}
   * @return the metric
   * @throws NotFoundException if it could not be computed
   */
  public Metric get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "no metric '"
                        + name
                        + "' in "
                        + window
                        + " with "
                        + labels
                        + "; found: "
                        + metrics.stream().map(Metric::name).toList()));
  }

  /**
   * Looks for a metric.
   *
   * @param name its name, such as {@code roc_auc}
   * @return the metric; empty if it could not be computed
   */
  public Optional<Metric> find(String name) {
    return metrics.stream().filter(metric -> metric.name().equals(name)).findFirst();
  }

  /**
   * Returns predicted against observed.
   *
   * @return the groups of like scores; none if labels are other than 0 and 1
   */
  public Calibration calibration() {
    return calibration;
  }

  @Override
  public String toString() {
    return metrics.stream()
        .map(Metric::toString)
        .collect(Collectors.joining("\n  ", window + ": " + labels + "\n  ", ""));
  }
}
