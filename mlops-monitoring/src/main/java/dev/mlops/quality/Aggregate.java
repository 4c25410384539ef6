package dev.mlops.quality;

import dev.mlops.data.Column;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A number that sums up a column of numbers; of nothing it is NaN, which is in no range. */
enum Aggregate {
  MEAN(Aggregate::mean),
  MEDIAN(Aggregate::median),
  SUM(values -> values.length == 0 ? Double.NaN : DoubleStream.of(values).sum()),
  STANDARD_DEVIATION(Aggregate::standardDeviation);

  private final ToDoubleFunction<double[]> formula;

  Aggregate(ToDoubleFunction<double[]> formula) {
    this.formula = formula;
  }

  Rule within(String column, Range.OfNumbers range) {
    return ColumnRule.whole(
        column,
        values ->
            ColumnRule.numbers(values)
                .map(number -> judge(of(values, number), range))
                .orElseGet(() -> ColumnRule.wrongType(column, values, "a number")));
  }

  private Rule.Whole judge(double[] values, Range.OfNumbers range) {
    if (values.length == 0) {
      return new Rule.Whole(false, "there is no value");
    }
    double seen = formula.applyAsDouble(values);
    return new Rule.Whole(range.contains(seen), Wording.rounded(seen));
  }

  private static double[] of(Column values, IntToDoubleFunction number) {
    return IntStream.range(0, values.size())
        .filter(row -> !values.isNull(row))
        .mapToDouble(number)
        .toArray();
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
