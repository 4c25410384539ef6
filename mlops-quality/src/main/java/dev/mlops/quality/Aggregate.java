package dev.mlops.quality;

import dev.mlops.data.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
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

  Rule within(String column, Range.OfNumbers range) {
    return ColumnRule.whole(column, values -> judge(column, values, range));
  }

  private Rule.Observation judge(String column, Column values, Range.OfNumbers range) {
    if (values instanceof Column.OfLong longs) {
      long[] numbers =
          IntStream.range(0, longs.size())
              .filter(row -> !longs.isNull(row))
              .mapToLong(longs::get)
              .toArray();
      return numbers.length == 0 ? nothing() : judge(of(numbers), range);
    }
    return ColumnRule.numbers(values)
        .<Rule.Observation>map(number -> judge(read(values, number), range))
        .orElseGet(() -> ColumnRule.wrongType(column, values, "a number"));
  }

  private static double[] read(Column values, IntToDoubleFunction number) {
    return IntStream.range(0, values.size())
        .filter(row -> !Missing.at(values, row))
        .mapToDouble(number)
        .toArray();
  }

  private Rule.Whole judge(double[] values, Range.OfNumbers range) {
    return values.length == 0 ? nothing() : judge(of(values), range);
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
    return switch (this) {
      case MEAN -> mean(values);
      case MEDIAN -> median(values);
      case SUM -> DoubleStream.of(values).sum();
      case STANDARD_DEVIATION -> standardDeviation(values);
    };
  }

  private Number of(long[] values) {
    return switch (this) {
      case MEAN ->
          new BigDecimal(sum(values))
              .divide(BigDecimal.valueOf(values.length), MathContext.DECIMAL128);
      case MEDIAN -> median(values);
      case SUM -> new BigDecimal(sum(values));
      // Around the first value, as a deviation does not know where zero is: large values lose
      // nothing.
      case STANDARD_DEVIATION ->
          standardDeviation(
              LongStream.of(values).mapToDouble(value -> distance(values[0], value)).toArray());
    };
  }

  private static double distance(long from, long to) {
    long distance = to - from;
    boolean overflow = ((to ^ from) & (to ^ distance)) < 0;
    return overflow ? (double) to - (double) from : distance;
  }

  private static BigInteger sum(long[] values) {
    BigInteger sum = BigInteger.ZERO;
    long part = 0;
    for (long value : values) {
      long next = part + value;
      if (((part ^ next) & (value ^ next)) < 0) {
        sum = sum.add(BigInteger.valueOf(part));
        next = value;
      }
      part = next;
    }
    return sum.add(BigInteger.valueOf(part));
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

  private static double mean(double[] values) {
    return DoubleStream.of(values).sum() / values.length;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static double standardDeviation(double[] values) {
    double mean = mean(values);
    double squares = DoubleStream.of(values).map(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
