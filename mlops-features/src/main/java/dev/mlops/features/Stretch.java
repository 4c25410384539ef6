package dev.mlops.features;

import dev.mlops.features.FeatureVector.Status;
import java.util.function.DoubleBinaryOperator;

/** The rows of a timeline in one window, less those that are hidden. */
final class Stretch {

  private final Timeline line;
  private final int from;
  private final int end;
  private final int[] hidden;
  private final int firstHidden;

  /** Takes the hidden rows of this or any longer stretch with the same end, in order. */
  Stretch(Timeline line, int from, int end, int[] hidden) {
    this.line = line;
    this.from = from;
    this.end = end;
    this.hidden = hidden;
    int first = hidden.length;
    while (first > 0 && hidden[first - 1] >= from) {
      first--;
    }
    this.firstHidden = first;
  }

  void put(Aggregate aggregate, int input, Frame frame, int cell) {
    if (aggregate == Aggregate.COUNT) {
      frame.put(cell, (long) (end - from - (hidden.length - firstHidden)));
      return;
    }
    Series series = line.series(input);
    int count = count(series);
    if (count == 0 && aggregate == Aggregate.SUM) {
      frame.put(cell, 0.0);
    } else if (count == 0 || (count == 1 && aggregate == Aggregate.STD)) {
      frame.missing(cell, Status.NULL);
    } else {
      frame.put(cell, value(aggregate, series, count));
    }
  }

  private double value(Aggregate aggregate, Series series, int count) {
    return switch (aggregate) {
      case SUM -> sum(series);
      case MEAN, SHARE -> sum(series) / count;
      case MIN -> fold(series, Double.POSITIVE_INFINITY, Math::min);
      case MAX -> fold(series, Double.NEGATIVE_INFINITY, Math::max);
      case LAST -> last(series);
      case STD -> std(series, count);
      case COUNT -> throw new IllegalStateException("a count has no input");
    };
  }

  private int count(Series series) {
    int count = series.count(from, end);
    for (int i = firstHidden; i < hidden.length; i++) {
      count -= series.present(hidden[i]) ? 1 : 0;
    }
    return count;
  }

  private double sum(Series series) {
    return series.sums().sum(from, end, hidden, firstHidden);
  }

  private double last(Series series) {
    int h = hidden.length - 1;
    for (int i = end - 1; i >= from; i--) {
      if (h >= firstHidden && hidden[h] == i) {
        h--;
      } else if (series.present(i)) {
        return series.get(i);
      }
    }
    throw new IllegalStateException("no value");
  }

  /** In two passes, the second in the order of the timeline, so that it is the same on any path. */
  private double std(Series series, int count) {
    double mean = sum(series) / count;
    double squares = fold(series, 0, (sum, value) -> sum + (value - mean) * (value - mean));
    return Math.sqrt(squares / (count - 1));
  }

  private double fold(Series series, double start, DoubleBinaryOperator step) {
    double result = start;
    for (int i = from, h = firstHidden; i < end; i++) {
      if (h < hidden.length && hidden[h] == i) {
        h++;
      } else if (series.present(i)) {
        result = step.applyAsDouble(result, series.get(i));
      }
    }
    return result;
  }
}
