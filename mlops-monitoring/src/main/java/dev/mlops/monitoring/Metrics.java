package dev.mlops.monitoring;

import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.stats.DeLong;
import dev.mlops.stats.Interval;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes the metrics of labelled predictions, each with its interval; of one that has none it
 * says why.
 */
final class Metrics {
  private static final int LEAST_OF_A_CLASS = 10;
  private static final int LEAST_TERMS = 20;
  private static final int LEAST_SQUARES = 50;
  private static final String TAILS = "Student, widened for the tail";
  private static final double LEAST_PROBABILITY = 1e-15;

  private final double[] all;
  private final double[] scores;
  private final double[] labels;
  private final long unscored;
  private final long texts;
  private final double threshold;
  private final double confidence;
  private final List<Measurement> found = new ArrayList<>();
  private final Map<Metric, String> missing = new LinkedHashMap<>();

  private Metrics(Sample sample, double threshold, double confidence) {
    this.all = sample.allScores();
    this.scores = sample.scores();
    this.labels = sample.labels();
    this.unscored = sample.unscored();
    this.texts = sample.texts();
    this.threshold = threshold;
    this.confidence = confidence;
  }

  static Metrics of(Sample sample, Optional<Task> task, double threshold, double confidence) {
    Metrics metrics = new Metrics(sample, threshold, confidence);
    metrics.compute(task.orElse(null));
    return metrics;
  }

  List<Measurement> found() {
    return List.copyOf(found);
  }

  Map<Metric, String> missing() {
    return Collections.unmodifiableMap(missing);
  }

  private void compute(@Nullable Task task) {
    if (task instanceof Task.Classes classes) {
      classes(classes);
    } else if (task instanceof Task.Binary) {
      binary();
    } else {
      score(false);
      if (task != null) {
        errors();
      } else if (texts > 0) {
        Task.allMetrics().stream()
            .filter(metric -> !metric.equals(Metric.MEAN_SCORE))
            .forEach(
                metric ->
                    missing.put(
                        metric,
                        Plural.of(texts, "label is a text", "labels are texts")
                            + ", of which there is no metric"));
      }
    }
  }

  private void score(boolean probability) {
    if (probability && all.length > 0 && within(all, 0, 1)) {
      bounded(Metric.MEAN_SCORE, all, 0, 1);
    } else {
      mean(Metric.MEAN_SCORE, all, LEAST_TERMS);
    }
  }

  private static boolean within(double[] values, double low, double high) {
    return DoubleStream.of(values).allMatch(value -> value >= low && value <= high);
  }

  /** Names the others of a task as missing for one reason. */
  private void allMissing(Task task, String reason) {
    for (Metric metric : task.metrics()) {
      if (found.stream().noneMatch(measured -> measured.metric().equals(metric))) {
        missing.putIfAbsent(metric, reason);
      }
    }
  }

  private String others(long others, String what) {
    return others + " of " + Plural.of(labels.length, "label is ", "labels are ") + what;
  }

  private String few(long rows, int least) {
    return "too few rows: " + rows + ", needs " + least + withoutScore();
  }

  private String withoutScore() {
    return counted(unscored, "prediction has no score", "predictions have no score")
        + counted(texts, "label is a text", "labels are texts");
  }

  private static String counted(long count, String one, String many) {
    return count == 0 ? "" : "; " + Plural.of(count, one, many);
  }

  private void binary() {
    score(true);
    long others = DoubleStream.of(labels).filter(label -> label != 0 && label != 1).count();
    if (others > 0) {
      allMissing(Task.binary(), others(others, "neither 0 nor 1"));
      return;
    }
    ranking();
    share(Metric.POSITIVE_RATE, i -> labels[i] == 1, i -> true);
    share(Metric.ACCURACY, i -> predicted(i) == (labels[i] == 1), i -> true);
    share(Metric.PRECISION, i -> labels[i] == 1, this::predicted);
    share(Metric.RECALL, this::predicted, i -> labels[i] == 1);
    probabilities();
  }

  private boolean predicted(int i) {
    return scores[i] >= threshold;
  }

  private void ranking() {
    boolean[] positives = positives(labels);
    long hits = IntStream.range(0, labels.length).filter(i -> positives[i]).count();
    long rest = labels.length - hits;
    if (Math.min(hits, rest) < LEAST_OF_A_CLASS) {
      missing.put(
          Metric.ROC_AUC,
          "too few rows: %s and %s, needs %d of each%s"
              .formatted(
                  Plural.of(hits, "positive"),
                  Plural.of(rest, "negative"),
                  LEAST_OF_A_CLASS,
                  withoutScore()));
    } else {
      add(Metric.ROC_AUC, DeLong.interval(scores, positives, confidence), labels.length, "DeLong");
    }
  }

  static boolean[] positives(double[] labels) {
    boolean[] positives = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      positives[i] = labels[i] == 1;
    }
    return positives;
  }

  private void probabilities() {
    long others = DoubleStream.of(scores).filter(score -> !(score >= 0 && score <= 1)).count();
    if (others > 0) {
      String reason =
          Plural.grouped(others)
              + " of "
              + Plural.of(scores.length, "score is no probability", "scores are no probabilities");
      List.of(Metric.LOG_LOSS, Metric.BRIER, Metric.CALIBRATION_IN_THE_LARGE)
          .forEach(metric -> missing.put(metric, reason));
      return;
    }
    mean(Metric.LOG_LOSS, terms(i -> -Math.log(likelihood(i))), LEAST_TERMS);
    bounded(Metric.BRIER, terms(i -> (scores[i] - labels[i]) * (scores[i] - labels[i])), 0, 1);
    bounded(Metric.CALIBRATION_IN_THE_LARGE, terms(i -> scores[i] - labels[i]), -1, 1);
  }

  private double likelihood(int i) {
    double ofTruth = labels[i] == 1 ? scores[i] : 1 - scores[i];
    return Math.min(Math.max(ofTruth, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
  }

  private void classes(Task.Classes task) {
    long others =
        DoubleStream.of(labels).filter(label -> !task.classes().contains(label + 0.0)).count();
    if (others > 0) {
      allMissing(task, others(others, "none of the classes"));
      return;
    }
    share(Metric.ACCURACY, i -> scores[i] == labels[i], i -> true);
    for (double number : task.classes()) {
      share(Metric.precisionOf(number), i -> labels[i] == number, i -> scores[i] == number);
    }
    for (double number : task.classes()) {
      share(Metric.recallOf(number), i -> scores[i] == number, i -> labels[i] == number);
    }
  }

  private void errors() {
    mean(Metric.MEAN_LABEL, labels, LEAST_TERMS);
    mean(Metric.BIAS, terms(i -> scores[i] - labels[i]), LEAST_TERMS);
    double[] sizes = terms(i -> Math.abs(scores[i] - labels[i]));
    mean(Metric.MAE, sizes, LEAST_TERMS);
    median(sizes);
    mean(Metric.RMSE, terms(i -> (scores[i] - labels[i]) * (scores[i] - labels[i])), LEAST_SQUARES);
  }

  private void median(double[] sizes) {
    Metric metric = Metric.MEDIAN_ABSOLUTE_ERROR;
    if (DoubleStream.of(sizes).anyMatch(Double::isNaN)) {
      missing.put(metric, notFinite(sizes));
      return;
    }
    Interval.quantile(sizes, 0.5, confidence)
        .filter(interval -> Double.isFinite(interval.estimate()))
        .ifPresentOrElse(
            interval -> add(metric, interval, sizes.length, "order statistics"),
            () -> missing.put(metric, few(sizes.length, LEAST_TERMS)));
  }

  private double[] terms(IntToDoubleFunction term) {
    return IntStream.range(0, labels.length).mapToDouble(term).toArray();
  }

  private void share(Metric metric, IntPredicate success, IntPredicate among) {
    int[] trials = IntStream.range(0, labels.length).filter(among).toArray();
    if (trials.length == 0) {
      missing.put(metric, few(0, 1));
      return;
    }
    long successes = IntStream.of(trials).filter(success).count();
    add(
        metric,
        Interval.share(successes, trials.length, confidence),
        trials.length,
        "Clopper-Pearson");
  }

  private void bounded(Metric metric, double[] terms, double low, double high) {
    if (terms.length == 0) {
      missing.put(metric, few(0, 1));
    } else {
      add(metric, Interval.boundedMean(terms, low, high, confidence), terms.length, "betting");
    }
  }

  private void mean(Metric metric, double[] terms, int least) {
    long notFinite = DoubleStream.of(terms).filter(term -> !Double.isFinite(term)).count();
    if (notFinite > 0 && metric.equals(Metric.MEAN_SCORE)) {
      missing.put(metric, "not finite: " + notFinite + " of " + Plural.of(terms.length, "score"));
    } else if (notFinite > 0) {
      missing.put(metric, notFinite(terms));
    } else if (terms.length < least) {
      missing.put(metric, few(terms.length, least));
    } else if (DoubleStream.of(terms).allMatch(term -> term == terms[0])) {
      missing.put(
          metric,
          "constant: all "
              + terms.length
              + " terms are "
              + Exactly.number(terms[0])
              + ", and tell no spread");
    } else {
      Interval.mean(terms, confidence)
          .ifPresentOrElse(
              interval -> add(metric, shaped(metric, interval), terms.length, TAILS),
              () -> missing.put(metric, "the tails of " + terms.length + " terms are too heavy"));
    }
  }

  private String notFinite(double[] terms) {
    long infinite = DoubleStream.of(scores).filter(score -> !Double.isFinite(score)).count();
    long wrong = DoubleStream.of(labels).filter(label -> !Double.isFinite(label)).count();
    if (infinite > 0) {
      return "not finite: " + infinite + " of " + Plural.of(scores.length, "score");
    }
    if (wrong > 0) {
      return "not finite: " + wrong + " of " + Plural.of(labels.length, "label");
    }
    long large = DoubleStream.of(terms).filter(term -> !Double.isFinite(term)).count();
    return "not finite: " + Plural.grouped(large) + " of " + Plural.of(terms.length, "term");
  }

  /** Errors are not negative, and the root of a mean square has its root's ends. */
  private Interval shaped(Metric metric, Interval interval) {
    return switch (metric.name()) {
      case "mae", "log_loss" ->
          new Interval(
              Math.max(0, interval.lower()),
              interval.estimate(),
              interval.upper(),
              interval.confidence());
      case "rmse" ->
          new Interval(
              Math.sqrt(Math.max(0, interval.lower())),
              Math.sqrt(interval.estimate()),
              Math.sqrt(interval.upper()),
              interval.confidence());
      default -> interval;
    };
  }

  private void add(Metric metric, Interval interval, long n, String method) {
    found.add(new Measurement(metric, interval, n, method));
  }
}
