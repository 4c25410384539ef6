package dev.mlops.watch;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.watch.Look.Seen;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A metric as the mean of something that each prediction has, within bounds.
 *
 * @param metric the metric's name
 * @param limit the limit of that mean
 * @param low the least that one value can be
 * @param high the largest that one value can be
 * @param rule the rule, whose limit is that of the metric itself
 * @param classes whether the score is the class that is predicted
 */
record MetricTerm(
    String metric, double limit, double low, double high, MetricRule rule, boolean classes) {
  private static final double LEAST_PROBABILITY = 1e-15;
  private static final double LARGEST_LOG_LOSS = 34.6;

  static MetricTerm of(MetricRule rule, boolean classes) {
    double bound = rule.errorBound();
    double limit = rule.limit();
    return switch (rule.metric().name()) {
      case "mae" -> of(rule, limit, 0, bound, classes);
      case "rmse" -> of(rule, limit * limit, 0, bound * bound, classes);
      case "bias" -> of(rule, limit, -bound, bound, classes);
      case "median_absolute_error" -> of(rule, 0.5, 0, 1, classes);
      case "log_loss" -> of(rule, limit, 0, LARGEST_LOG_LOSS, classes);
      case "calibration_in_the_large" -> of(rule, limit, -1, 1, classes);
      case "mean_label" ->
          of(rule, limit, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, classes);
      default -> of(rule, limit, 0, 1, classes);
    };
  }

  private static MetricTerm of(
      MetricRule rule, double limit, double low, double high, boolean classes) {
    return new MetricTerm(rule.metric().name(), limit, low, high, rule, classes);
  }

  /** The least value of the metric itself. */
  double lowest() {
    return low;
  }

  /** The largest value of the metric itself. */
  double highest() {
    return switch (metric) {
      case "rmse" -> Math.sqrt(high);
      case "median_absolute_error" -> rule.errorBound();
      default -> high;
    };
  }

  boolean counts(Seen row, double threshold) {
    if (metric.equals("precision")) {
      return row.score() >= threshold;
    }
    if (metric.equals("recall")) {
      return row.label() == 1;
    }
    if (metric.startsWith("precision_")) {
      return row.score() == ofClass();
    }
    return !metric.startsWith("recall_") || row.label() == ofClass();
  }

  private double ofClass() {
    return Double.parseDouble(metric.substring(metric.indexOf('_') + 1));
  }

  double value(Seen row, double threshold) {
    double error = row.score() - row.label();
    return switch (metric) {
      case "mean_score" -> row.score();
      case "mean_label", "positive_rate", "precision" -> row.label();
      case "bias", "calibration_in_the_large" -> error;
      case "mae" -> Math.abs(error);
      case "rmse", "brier" -> error * error;
      case "log_loss" -> logLoss(row);
      case "median_absolute_error" -> share(Math.abs(error));
      case "recall" -> row.score() >= threshold ? 1 : 0;
      case "accuracy" -> isRight(row, threshold) ? 1 : 0;
      default -> row.score() == row.label() ? 1 : 0;
    };
  }

  /** An error at the limit itself speaks against the alarm, on whichever side that is. */
  private double share(double size) {
    if (Double.isNaN(size)) {
      return Double.NaN;
    }
    return rule.above() ? size > rule.limit() ? 1 : 0 : size >= rule.limit() ? 1 : 0;
  }

  private boolean isRight(Seen row, double threshold) {
    return classes ? row.score() == row.label() : row.score() >= threshold == (row.label() == 1);
  }

  private static double logLoss(Seen row) {
    if (!(row.score() >= 0 && row.score() <= 1)) {
      return Double.NaN;
    }
    double ofTruth = row.label() == 1 ? row.score() : 1 - row.score();
    return -Math.log(Math.min(Math.max(ofTruth, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY));
  }

  /** Why some values cannot be evidence; empty if all can. */
  Optional<String> outside(double[] values) {
    long infinite = Arrays.stream(values).filter(value -> !Double.isFinite(value)).count();
    if (infinite > 0) {
      return Optional.of(
          "not finite: " + Plural.grouped(infinite) + " of " + Plural.of(values.length, "term"));
    }
    long beyond = Arrays.stream(values).filter(value -> value < low || value > high).count();
    return beyond == 0
        ? Optional.empty()
        : Optional.of(
            Plural.grouped(beyond)
                + " of "
                + Plural.of(values.length, "term")
                + " lie outside "
                + Exactly.number(low)
                + " to "
                + Exactly.number(high));
  }

  double estimate(double[] values, List<Seen> rows) {
    if (metric.equals("median_absolute_error")) {
      double[] sizes =
          rows.stream().mapToDouble(row -> Math.abs(row.score() - row.label())).sorted().toArray();
      return (sizes[sizes.length / 2] + sizes[(sizes.length - 1) / 2]) / 2;
    }
    double mean = Arrays.stream(values).sum() / values.length;
    return metric.equals("rmse") ? Math.sqrt(mean) : mean;
  }
}
