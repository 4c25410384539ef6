package dev.mlops.monitoring;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.stats.Histogram;
import java.time.Duration;
import java.util.Arrays;

/** What the metrics of one window need of its predictions. Not safe for use by many threads. */
final class Sample {
  private static final double MICROS = 1e6;

  private final Duration deadline;
  private final Histogram.Recorder delays = Histogram.recorder();
  private double[] scores = new double[1024];
  private double[] labels = new double[1024];
  private int labelled;
  private long predictions;
  private long joined;
  private long late;
  private long scored;
  private double scoreMean;
  private double scoreSpread;

  Sample(Duration deadline) {
    this.deadline = deadline;
  }

  void add(Dataset page, int row) {
    predictions++;
    double score = page.doubles("score").get(row);
    if (!Double.isNaN(score)) {
      score(score);
    }
    Column.OfDouble label = page.doubles("label");
    if (!label.isNull(row)) {
      join(page, row);
      if (!Double.isNaN(score)) {
        keep(score, label.get(row));
      }
    }
  }

  /** Welford's update of mean and spread. */
  private void score(double score) {
    scored++;
    double away = score - scoreMean;
    scoreMean += away / scored;
    scoreSpread += away * (score - scoreMean);
  }

  private void join(Dataset page, int row) {
    long delay = page.instants("label_time").micros(row) - page.instants("time").micros(row);
    joined++;
    late += delay > deadline.toNanos() / 1000 ? 1 : 0;
    delays.add(delay / MICROS);
  }

  private void keep(double score, double label) {
    if (labelled == scores.length) {
      scores = Arrays.copyOf(scores, 2 * labelled);
      labels = Arrays.copyOf(labels, 2 * labelled);
    }
    scores[labelled] = score;
    labels[labelled++] = label;
  }

  double[] scores() {
    return Arrays.copyOf(scores, labelled);
  }

  double[] labels() {
    return Arrays.copyOf(labels, labelled);
  }

  LabelCoverage coverage() {
    return new LabelCoverage(predictions, joined, predictions - joined, late, delays.snapshot());
  }

  long scored() {
    return scored;
  }

  double meanScore() {
    return scoreMean;
  }

  double scoreDeviation() {
    return Math.sqrt(scoreSpread / Math.max(1, scored - 1));
  }
}
