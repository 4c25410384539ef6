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
  private final Numbers all = new Numbers();
  private final Numbers scores = new Numbers();
  private final Numbers labels = new Numbers();
  private long predictions;
  private long joined;
  private long late;
  private long texts;

  Sample(Duration deadline) {
    this.deadline = deadline;
  }

  void add(Dataset page, int row) {
    predictions++;
    double score = page.doubles("score").get(row);
    if (!Double.isNaN(score)) {
      all.add(score);
    }
    if (page.instants("label_time").isNull(row)) {
      return;
    }
    join(page, row);
    Column.OfDouble label = page.doubles("label");
    if (label.isNull(row)) {
      texts++;
    } else {
      if (!Double.isNaN(score)) {
        scores.add(score);
        labels.add(label.get(row));
      }
    }
  }

  private void join(Dataset page, int row) {
    long delay = page.instants("label_time").micros(row) - page.instants("time").micros(row);
    joined++;
    late += delay > deadline.toNanos() / 1000 ? 1 : 0;
    delays.add(delay / MICROS);
  }

  /** The scores that are numbers, infinite ones too, with and without label. */
  double[] allScores() {
    return all.toArray();
  }

  /** The scores of labelled predictions, none NaN. */
  double[] scores() {
    return scores.toArray();
  }

  /** The labels of the same predictions, in the same order. */
  double[] labels() {
    return labels.toArray();
  }

  LabelCoverage coverage() {
    return new LabelCoverage(predictions, joined, predictions - joined, late, delays.snapshot());
  }

  /** How many predictions have a text for a label. */
  long texts() {
    return texts;
  }

  /** How many predictions have NaN for a score. */
  long unscored() {
    return predictions - all.size;
  }

  private static final class Numbers {
    private double[] values = new double[64];
    private int size;

    void add(double value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    double[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
