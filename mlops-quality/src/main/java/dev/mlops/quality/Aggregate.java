package dev.mlops.quality;

import dev.mlops.data.Column;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A number that sums up a column of numbers; what is not defined is NaN, which is in no range.
 * Whole numbers are summed as such: their sum is exact, and mean and median have 34 digits.
 */
enum Aggregate {
  MEAN,
  MEDIAN,
  SUM,
  STANDARD_DEVIATION;

  WholeRule within(String column, Range.OfNumbers range) {
    Rule rule = ColumnRule.whole(column, values -> judge(column, values, range));
    return switch (this) {
      case MEAN, SUM -> new WholeRule(rule, () -> new Sums.OfBatches(this, column, range, rule));
      case MEDIAN, STANDARD_DEVIATION -> WholeRule.ofAll(rule);
    };
  }

  private Rule.Observation judge(String column, Column values, Range.OfNumbers range) {
    if (!Sums.accepts(values)) {
      return ColumnRule.wrongType(column, values, "a number");
    }
    if (this == MEAN || this == SUM) {
      Sums sums = new Sums();
      sums.add(values);
      return judge(sums, range);
    }
    if (values instanceof Column.OfLong longs) {
      long[] numbers =
          IntStream.range(0, longs.size())
              .filter(row -> !longs.isNull(row))
              .mapToLong(longs::get)
              .toArray();
      return numbers.length == 0 ? nothing() : judge(of(numbers), range);
    }
    double[] numbers = read(values, ColumnRule.numbers(values).orElseThrow());
    return numbers.length == 0 ? nothing() : judge(of(numbers), range);
  }

  /** Judges a mean or a sum. */
  Rule.Observation judge(Sums sums, Range.OfNumbers range) {
    if (sums.count() == 0) {
      return nothing();
    }
    return judge(this == MEAN ? sums.mean() : sums.sum(), range);
  }

  private static double[] read(Column values, IntToDoubleFunction number) {
    return IntStream.range(0, values.size())
        .filter(row -> !Missing.at(values, row))
        .mapToDouble(number)
        .toArray();
  }

  private static Rule.Whole nothing() {
    return Rule.Whole.seen(false, "there is no value");
  }

  private static Rule.Whole judge(double seen, Range.OfNumbers range) {
    return new Rule.Whole(range.contains(seen), Wording.rounded(seen), Optional.of(seen));
  }

  private static Rule.Whole judge(Number seen, Range.OfNumbers range) {
    if (!(seen instanceof BigDecimal exact)) {
      return judge(seen.doubleValue(), range);
    }
    return new Rule.Whole(range.contains(exact), Wording.rounded(exact), Optional.of(exact));
  }

  private double of(double[] values) {
    return this == MEDIAN ? median(values) : standardDeviation(values);
  }

  private Number of(long[] values) {
    // Around the first value, as a deviation does not know where zero is: large values lose
    // nothing.
    return this == MEDIAN
        ? median(values)
        : standardDeviation(
            LongStream.of(values).mapToDouble(value -> distance(values[0], value)).toArray());
  }

  private static double distance(long from, long to) {
    long distance = to - from;
    boolean overflow = ((to ^ from) & (to ^ distance)) < 0;
    return overflow ? (double) to - (double) from : distance;
  }

  private static BigDecimal median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    BigDecimal middle = BigDecimal.valueOf(sorted[half]);
    return sorted.length % 2 == 1
        ? middle
        : middle.add(BigDecimal.valueOf(sorted[half - 1])).divide(BigDecimal.valueOf(2));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static double standardDeviation(double[] values) {
    double mean = DoubleStream.of(values).sum() / values.length;
    double squares = DoubleStream.of(values).map(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
