package dev.mlops.monitoring;

import dev.mlops.stats.DeLong;
import dev.mlops.stats.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Computes the metrics of labelled predictions, each with its interval; what cannot be computed is
 * left out.
 */
final class Metrics {
  private static final String WILSON = "Wilson";
  private static final String NORMAL = "normal";
  private static final double LEAST_PROBABILITY = 1e-15;

  private final double[] scores;
  private final double[] labels;
  private final double threshold;
  private final double confidence;
  private final List<Metric> found = new ArrayList<>();

  private Metrics(double[] scores, double[] labels, double threshold, double confidence) {
    this.scores = scores;
    this.labels = labels;
    this.threshold = threshold;
    this.confidence = confidence;
  }

  static List<Metric> of(Sample sample, double threshold, double confidence) {
    Metrics metrics = new Metrics(sample.scores(), sample.labels(), threshold, confidence);
    if (sample.scored() > 1) {
      double error = sample.scoreDeviation() / Math.sqrt((double) sample.scored());
      Interval interval = Interval.normal(sample.meanScore(), error, confidence);
      metrics.found.add(new Metric("mean_score", interval, sample.scored(), NORMAL));
    }
    if (metrics.labels.length > 1) {
      metrics.compute();
    }
    return List.copyOf(metrics.found);
  }

  /** Whether all labels are 0 or 1. */
  static boolean binary(double[] labels) {
    return DoubleStream.of(labels).allMatch(label -> label == 0 || label == 1);
  }

  static boolean[] positives(double[] labels) {
    boolean[] positives = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      positives[i] = labels[i] == 1;
    }
    return positives;
  }

  private void compute() {
    if (!binary(labels)) {
      errors();
      return;
    }
    ranking();
    shares();
    if (DoubleStream.of(scores).allMatch(score -> score >= 0 && score <= 1)) {
      probabilities();
    }
  }

  private void ranking() {
    boolean[] positives = positives(labels);
    long hits = IntStream.range(0, labels.length).filter(i -> positives[i]).count();
    if (hits >= 2 && labels.length - hits >= 2) {
      Interval area = DeLong.interval(scores, positives, confidence);
      found.add(new Metric("roc_auc", area, labels.length, "DeLong"));
    }
  }

  private void shares() {
    share("positive_rate", i -> labels[i] == 1, i -> true);
    share("accuracy", i -> predicted(i) == (labels[i] == 1), i -> true);
    share("precision", i -> labels[i] == 1, this::predicted);
    share("recall", this::predicted, i -> labels[i] == 1);
  }

  private boolean predicted(int i) {
    return scores[i] >= threshold;
  }

  private void share(String name, IntPredicate success, IntPredicate among) {
    int[] trials = IntStream.range(0, labels.length).filter(among).toArray();
    if (trials.length > 0) {
      long successes = IntStream.of(trials).filter(success).count();
      Interval interval = Interval.wilson(successes, trials.length, confidence);
      found.add(new Metric(name, interval, trials.length, WILSON));
    }
  }

  private void probabilities() {
    mean("log_loss", i -> -Math.log(likelihood(i)));
    mean("brier", i -> (scores[i] - labels[i]) * (scores[i] - labels[i]));
    mean("calibration_in_the_large", i -> scores[i] - labels[i]);
  }

  private double likelihood(int i) {
    double ofTruth = labels[i] == 1 ? scores[i] : 1 - scores[i];
    return Math.min(Math.max(ofTruth, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
  }

  private void errors() {
    mean("mean_label", i -> labels[i]);
    mean("bias", i -> scores[i] - labels[i]);
    mean("mae", i -> Math.abs(scores[i] - labels[i]));
    Interval squares = interval(i -> (scores[i] - labels[i]) * (scores[i] - labels[i]));
    Interval root =
        new Interval(
            Math.sqrt(Math.max(0, squares.lower())),
            Math.sqrt(squares.estimate()),
            Math.sqrt(squares.upper()),
            confidence);
    found.add(new Metric("rmse", root, labels.length, "root of the normal of squares"));
  }

  private void mean(String name, IntToDoubleFunction term) {
    found.add(new Metric(name, interval(term), labels.length, NORMAL));
  }

  private Interval interval(IntToDoubleFunction term) {
    double[] terms = IntStream.range(0, labels.length).mapToDouble(term).toArray();
    double mean = DoubleStream.of(terms).sum() / terms.length;
    double squares = DoubleStream.of(terms).map(x -> (x - mean) * (x - mean)).sum();
    double error = Math.sqrt(squares / (terms.length - 1.0) / terms.length);
    return Interval.normal(mean, error, confidence);
  }
}
