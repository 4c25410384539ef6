package dev.mlops.quality;

import dev.mlops.data.Column;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A number that sums up a column of numbers; what is not defined is NaN, which is in no range. */
enum Aggregate {
  MEAN,
  MEDIAN,
  SUM,
  STANDARD_DEVIATION;

  Rule within(String column, Range.OfNumbers range) {
    return ColumnRule.whole(
        column,
        values ->
            ColumnRule.numbers(values)
                .map(number -> judge(read(values, number), range))
                .orElseGet(() -> ColumnRule.wrongType(column, values, "a number")));
  }

  private Rule.Whole judge(double[] values, Range.OfNumbers range) {
    if (values.length == 0) {
      return new Rule.Whole(false, "there is no value");
    }
    double seen = of(values);
    return new Rule.Whole(range.contains(seen), Wording.rounded(seen));
  }

  private static double[] read(Column values, IntToDoubleFunction number) {
    return IntStream.range(0, values.size())
        .filter(row -> !values.isNull(row))
        .mapToDouble(number)
        .toArray();
  }

  private double of(double[] values) {
    return switch (this) {
      case MEAN -> mean(values);
      case MEDIAN -> median(values);
      case SUM -> DoubleStream.of(values).sum();
      case STANDARD_DEVIATION -> standardDeviation(values);
    };
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
