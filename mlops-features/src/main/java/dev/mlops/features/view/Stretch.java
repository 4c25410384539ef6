package dev.mlops.features.view;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.Series;
import dev.mlops.features.view.FeatureVector.Status;

/** The rows of a timeline in one window, less those that are hidden. */
final class Stretch {

  private static final long LOWER_HALF = 0xFFFF_FFFFL;

  private final EntityTimeline line;
  private final int from;
  private final int end;
  private final int[] hidden;
  private final int firstHidden;

  /** Takes the hidden rows of this or any longer stretch with the same end, in order. */
  Stretch(EntityTimeline line, int from, int end, int[] hidden) {
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
    } else if (series.isInteger() && aggregate.picks()) {
      frame.put(cell, integer(aggregate, series));
    } else {
      frame.put(cell, value(aggregate, series, count));
    }
  }

  private double value(Aggregate aggregate, Series series, int count) {
    return switch (aggregate) {
      case SUM -> sum(series);
      case MEAN, SHARE -> sum(series) / count;
      case MIN -> fold(series, Double.POSITIVE_INFINITY, (min, i) -> Math.min(min, series.get(i)));
      case MAX -> fold(series, Double.NEGATIVE_INFINITY, (max, i) -> Math.max(max, series.get(i)));
      case LAST -> series.get(last(series));
      case STD -> std(series, count);
      case COUNT -> throw new IllegalStateException("a count has no input");
    };
  }

  private long integer(Aggregate aggregate, Series series) {
    int place =
        aggregate == Aggregate.LAST
            ? last(series)
            : extreme(series, aggregate == Aggregate.MAX ? 1 : -1);
    return series.integer(place);
  }

  private int count(Series series) {
    int count = series.count(from, end);
    for (int i = firstHidden; i < hidden.length; i++) {
      count -= series.present(hidden[i]) ? 1 : 0;
    }
    return count;
  }

  private double sum(Series series) {
    return series.sum(from, end, hidden, firstHidden);
  }

  /** Where the last value is; there is one. */
  private int last(Series series) {
    int h = hidden.length - 1;
    for (int i = end - 1; i >= from; i--) {
      if (h >= firstHidden && hidden[h] == i) {
        h--;
      } else if (series.present(i)) {
        return i;
      }
    }
    throw new IllegalStateException("no value");
  }

  /** Of no order: events of one time may arrive in any. */
  private double std(Series series, int count) {
    Place distance = distance(series, count);
    double greatest = fold(series, 0, (most, i) -> Math.max(most, square(distance.at(i))));
    if (greatest == 0 || !Double.isFinite(greatest)) {
      return Math.sqrt(greatest); // NaN stays NaN
    }
    SquareSum squares = new SquareSum(greatest);
    fold(
        series,
        0,
        (none, i) -> {
          squares.add(square(distance.at(i)));
          return none;
        });
    return Math.sqrt(squares.sum() / (count - 1));
  }

  /**
   * How far the row at a place lies from the mean. Whole numbers may have more digits than a
   * double: their differences from a number near the mean are taken first.
   */
  private Place distance(Series series, int count) {
    double mean = sum(series) / count;
    if (!series.isInteger()) {
      return i -> series.get(i) - mean;
    }
    long near = (long) mean;
    double rest = sumOfDifferences(series, near) / count;
    return i -> difference(series.integer(i), near) - rest;
  }

  /** Exact, in halves of 32 bits, and rounded at the end. */
  private double sumOfDifferences(Series series, long near) {
    long[] halves = new long[2];
    fold(
        series,
        0,
        (none, i) -> {
          long value = series.integer(i);
          halves[0] += (value >> 32) - (near >> 32);
          halves[1] += (value & LOWER_HALF) - (near & LOWER_HALF);
          return none;
        });
    return halves[0] * 0x1p32 + halves[1];
  }

  private static double difference(long a, long b) {
    long difference = a - b;
    boolean overflow = ((a ^ b) & (a ^ difference)) < 0;
    return overflow ? (double) a - (double) b : difference;
  }

  private static double square(double value) {
    return value * value;
  }

  /** What there is at a place. */
  private interface Place {
    double at(int place);
  }

  /** Adds the row at a place to what the rows before it gave. */
  private interface Step {
    double apply(double before, int place);
  }

  @CanIgnoreReturnValue // some steps keep what they add elsewhere
  private double fold(Series series, double start, Step step) {
    double result = start;
    for (int i = from, h = firstHidden; i < end; i++) {
      if (h < hidden.length && hidden[h] == i) {
        h++;
      } else if (series.present(i)) {
        result = step.apply(result, i);
      }
    }
    return result;
  }

  /** The place of the greatest, or with {@code sign} -1 of the smallest, whole number. */
  private int extreme(Series series, int sign) {
    int best = last(series);
    for (int i = from, h = firstHidden; i < end; i++) {
      if (h < hidden.length && hidden[h] == i) {
        h++;
      } else if (series.present(i)
          && Long.compare(series.integer(i), series.integer(best)) == sign) {
        best = i;
      }
    }
    return best;
  }
}
