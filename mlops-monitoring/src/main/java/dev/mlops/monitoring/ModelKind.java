package dev.mlops.monitoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a model predicts, which decides what its metrics are. */
public sealed interface ModelKind {

  /**
   * Returns which metrics such a model has.
   *
   * @return their names in a fixed order; unmodifiable
   */
  List<String> metrics();

  /**
   * Returns all metrics that there are, except those of single classes.
   *
   * @return the names of the metrics of all kinds, each once; unmodifiable
   */
  static List<String> allMetrics() {
    return Stream.of(new Binary(), new Regression(), new Classes(List.of(0.0, 1.0)))
        .flatMap(kind -> kind.metrics().stream())
        .filter(name -> !Classes.isOfOneClass(name))
        .distinct()
        .toList();
  }

  /** Labels are 0 and 1; the score is larger for more likely 1, and may be a probability. */
  record Binary() implements ModelKind {
    @Override
    public List<String> metrics() {
      return List.of(
          "mean_score",
          "roc_auc",
          "positive_rate",
          "accuracy",
          "precision",
          "recall",
          "log_loss",
          "brier",
          "calibration_in_the_large");
    }

    @Override
    public String toString() {
      return "binary";
    }
  }

  /** Labels and scores are amounts. */
  record Regression() implements ModelKind {
    @Override
    public List<String> metrics() {
      return List.of("mean_score", "mean_label", "bias", "mae", "median_absolute_error", "rmse");
    }

    @Override
    public String toString() {
      return "regression";
    }
  }

  /**
   * Labels and scores are numbers of classes.
   *
   * @param classes the classes, rising
   */
  record Classes(List<Double> classes) implements ModelKind {

    /**
     * Sorts the classes.
     *
     * @param classes the classes, at least two, none twice
     * @throws IllegalArgumentException if there are fewer than two, or one is twice or NaN
     */
    public Classes {
      classes = classes.stream().sorted().toList();
      if (classes.size() < 2
          || classes.stream().distinct().count() < classes.size()
          || classes.stream().anyMatch(number -> number.isNaN())) {
        throw new IllegalArgumentException(
            "classes must be at least two different numbers: " + classes);
      }
    }

    static Classes of(double... classes) {
      return new Classes(Arrays.stream(classes).boxed().toList());
    }

    private static boolean isOfOneClass(String metric) {
      return metric.startsWith("recall_") || metric.startsWith("precision_");
    }

    /**
     * Returns a class as it stands in the names of its metrics.
     *
     * @param number the class
     * @return {@code 2} for 2.0, {@code 2.5} for 2.5
     */
    static String text(double number) {
      return number == Math.rint(number) && Math.abs(number) < 1e15
          ? Long.toString((long) number)
          : Double.toString(number);
    }

    @Override
    public List<String> metrics() {
      List<String> names = new ArrayList<>(List.of("accuracy"));
      classes.forEach(number -> names.add("precision_" + text(number)));
      classes.forEach(number -> names.add("recall_" + text(number)));
      return List.copyOf(names);
    }

    @Override
    public String toString() {
      return "classes " + classes.stream().map(Classes::text).toList();
    }
  }
}
