package dev.mlops.design;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.NotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a model predicts, which decides what its metrics are. */
public sealed interface Task {

  /**
   * Returns the task whose labels are 0 and 1; the score is larger for more likely 1, and may be a
   * probability.
   *
   * @return the task
   */
  static Task binary() {
    return new Binary();
  }

  /**
   * Returns the task whose labels and scores are numbers of classes.
   *
   * @param classes the classes, at least two, none twice, in any order
   * @return the task
   * @throws IllegalArgumentException if there are fewer than two, or one is twice or not finite
   */
  static Task classes(double... classes) {
    requireNonNull(classes, "classes");
    return new Classes(Arrays.stream(classes).boxed().toList());
  }

  /**
   * Returns the task whose labels and scores are amounts.
   *
   * @return the task
   */
  static Task regression() {
    return new Regression();
  }

  /**
   * Returns the task whose labels and scores are amounts at a later time; its metrics are those of
   * a regression, and its design states how far ahead it looks.
   *
   * @return the task
   */
  static Task forecasting() {
    return new Forecasting();
  }

  /**
   * Returns all metrics that there are, except those of single classes.
   *
   * @return the metrics of all tasks, each once; unmodifiable
   */
  static List<Metric> allMetrics() {
    return Stream.of(binary(), regression(), classes(0, 1))
        .flatMap(task -> task.metrics().stream())
        .filter(metric -> metric.ofClass().isEmpty())
        .distinct()
        .toList();
  }

  /**
   * Returns which metrics such a model has.
   *
   * @return the built-in metrics of this task in a fixed order; unmodifiable
   */
  List<Metric> metrics();

  /**
   * Returns whether labels and scores are amounts rather than classes.
   *
   * @return true for a regression and a forecast
   */
  default boolean predictsAmounts() {
    return this instanceof Regression || this instanceof Forecasting;
  }

  /**
   * Finds a metric of this task.
   *
   * @param name the metric's name, such as {@code roc_auc}
   * @return the metric; empty if this task has none of that name
   */
  default Optional<Metric> findMetric(String name) {
    requireNonNull(name, "name");
    return metrics().stream().filter(metric -> metric.name().equals(name)).findFirst();
  }

  /**
   * Returns a metric of this task.
   *
   * @param name the metric's name, such as {@code roc_auc}
   * @return the metric
   * @throws NotFoundException if this task has none of that name; the message says which there are,
   *     and which of them is nearest
   */
  default Metric metric(String name) {
    requireNonNull(name, "name");
    return findMetric(name).orElseThrow(() -> new NotFoundException(unknown(name)));
  }

  private String unknown(String name) {
    List<String> names = metrics().stream().map(Metric::name).toList();
    Optional<Metric> other = Metric.find(name);
    String known = "its metrics are " + String.join(", ", names);
    return other.isPresent()
        ? "%s is a metric of %s, not of %s; %s"
            .formatted(name, other.get().taskNames(), this, known)
        : "unknown metric '%s' of %s%s%s"
            .formatted(Words.shown(name), this, Words.didYouMean(name, names), known);
  }

  /** Labels are 0 and 1; the score is larger for more likely 1, and may be a probability. */
  record Binary() implements Task {
    @Override
    public List<Metric> metrics() {
      return List.of(
          Metric.MEAN_SCORE,
          Metric.ROC_AUC,
          Metric.POSITIVE_RATE,
          Metric.ACCURACY,
          Metric.PRECISION,
          Metric.RECALL,
          Metric.LOG_LOSS,
          Metric.BRIER,
          Metric.CALIBRATION_IN_THE_LARGE);
    }

    @Override
    public String toString() {
      return "binary";
    }
  }

  /** Labels and scores are amounts. */
  record Regression() implements Task {
    @Override
    public List<Metric> metrics() {
      return Metric.OF_AMOUNTS;
    }

    @Override
    public String toString() {
      return "regression";
    }
  }

  /** Labels and scores are amounts at a later time. */
  record Forecasting() implements Task {
    @Override
    public List<Metric> metrics() {
      return Metric.OF_AMOUNTS;
    }

    @Override
    public String toString() {
      return "forecasting";
    }
  }

  /**
   * Labels and scores are numbers of classes.
   *
   * @param classes the classes, rising
   */
  record Classes(List<Double> classes) implements Task {

    /**
     * Sorts the classes.
     *
     * @param classes the classes, at least two, none twice
     * @throws IllegalArgumentException if there are fewer than two, or one is twice or not finite
     */
    public Classes {
      classes =
          Elements.copy(classes, "classes").stream().map(number -> number + 0.0).sorted().toList();
      if (classes.size() < 2
          || classes.stream().distinct().count() < classes.size()
          || !classes.stream().allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            "classes must be at least two different numbers: " + classes);
      }
    }

    @Override
    public List<Metric> metrics() {
      List<Metric> metrics = new ArrayList<>(List.of(Metric.ACCURACY));
      classes.forEach(number -> metrics.add(Metric.precisionOf(number)));
      classes.forEach(number -> metrics.add(Metric.recallOf(number)));
      return List.copyOf(metrics);
    }

    @Override
    public String toString() {
      return classes.stream()
          .map(Exactly::typed)
          .collect(Collectors.joining(", ", "classes [", "]"));
    }
  }
}
