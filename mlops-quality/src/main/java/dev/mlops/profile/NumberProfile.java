package dev.mlops.profile;

import dev.mlops.data.Column;
import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import dev.mlops.stats.Histogram;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The profile of a column of numbers: counts in frozen bins and beyond the extremes of the data
 * that fixed them, exact moments and a histogram for quantiles. A whole number beyond 2^53 counts
 * as the nearest double.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class NumberProfile implements ColumnProfile {
  private final String name;
  private final Bins bins;
  private final long[] counts;
  private final long below;
  private final long above;
  private final Moments moments;
  private final Histogram histogram;

  /** Takes ownership of the counts, one for each bin. */
  NumberProfile(
      String name,
      Bins bins,
      long[] counts,
      long below,
      long above,
      Moments moments,
      Histogram histogram) {
    this.name = name;
    this.bins = bins;
    this.counts = counts;
    this.below = below;
    this.above = above;
    this.moments = moments;
    this.histogram = histogram;
  }

  static Bins fit(Column column) {
    IntToDoubleFunction number = numbers(column);
    double[] sorted =
        IntStream.range(0, column.size())
            .filter(row -> !column.isNull(row))
            .mapToDouble(number)
            .filter(value -> !Double.isNaN(value))
            .map(value -> value + 0.0)
            .sorted()
            .toArray();
    return Bins.fit(sorted);
  }

  static NumberProfile of(String name, Bins bins, Column column) {
    IntToDoubleFunction number = numbers(column);
    long[] counts = new long[bins.count()];
    double least = bins.least();
    double greatest = bins.greatest();
    long below = 0;
    long above = 0;
    Moments.Recorder moments = new Moments.Recorder();
    Histogram.Recorder histogram = Histogram.recorder();
    for (int row = 0; row < column.size(); row++) {
      if (column.isNull(row)) {
        histogram.addNull();
        continue;
      }
      double value = number.applyAsDouble(row);
      histogram.add(value);
      moments.add(value);
      if (!Double.isNaN(value)) {
        counts[bins.of(value)]++;
        if (value < least) {
          below++;
        } else if (value > greatest) {
          above++;
        }
      }
    }
    return new NumberProfile(
        name, bins, counts, below, above, moments.moments(), histogram.snapshot());
  }

  static boolean accepts(Column column) {
    return column instanceof Column.OfDouble
        || column instanceof Column.OfFloat
        || column instanceof Column.OfLong;
  }

  private static IntToDoubleFunction numbers(Column column) {
    if (column instanceof Column.OfDouble doubles) {
      return doubles::get;
    }
    return column instanceof Column.OfFloat floats ? floats::get : ((Column.OfLong) column)::get;
  }

  NumberProfile merge(NumberProfile other) {
    if (!bins.equals(other.bins)) {
      throw new IllegalArgumentException(
          "column '"
              + name
              + "' was counted in other bins; count each part by profile(part) of one reference");
    }
    long[] sums = counts.clone();
    Arrays.setAll(sums, bin -> counts[bin] + other.counts[bin]);
    return new NumberProfile(
        name,
        bins,
        sums,
        below + other.below,
        above + other.above,
        moments.plus(other.moments),
        histogram.merge(other.histogram));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String kind() {
    return "numbers";
  }

  @Override
  public long rows() {
    return histogram.count() + missing();
  }

  @Override
  public long missing() {
    return histogram.nulls() + histogram.nans();
  }

  /**
   * Returns the mean.
   *
   * @return the mean of the values that are at most 1e150 in size, correctly rounded; NaN if there
   *     is none
   */
  public double mean() {
    return moments.mean();
  }

  /**
   * Returns the standard deviation, dividing by n - 1.
   *
   * @return the deviation of the values that are at most 1e150 in size; NaN if there are fewer than
   *     two
   */
  public double standardDeviation() {
    return moments.standardDeviation();
  }

  /**
   * Counts the values that mean and standard deviation leave out, since their squares are no
   * doubles any more.
   *
   * @return how many are larger than 1e150 in size or infinite
   */
  public long leftOut() {
    return histogram.count() - moments.count();
  }

  /**
   * Returns the distribution.
   *
   * @return the histogram of all values, with exact minimum and maximum
   */
  public Histogram histogram() {
    return histogram;
  }

  /**
   * Returns the bins that the values are counted in.
   *
   * @return the bins, which the reference fixed
   */
  public Bins bins() {
    return bins;
  }

  Moments moments() {
    return moments;
  }

  /**
   * Returns how many values lie below all values that the bins were fitted to.
   *
   * @return the number of values below {@code bins().least()}
   */
  public long below() {
    return below;
  }

  /**
   * Returns how many values lie above all values that the bins were fitted to.
   *
   * @return the number of values above {@code bins().greatest()}
   */
  public long above() {
    return above;
  }

  /**
   * Returns how many values each bin has.
   *
   * @return one count for each bin, in their order; a copy
   */
  public long[] counts() {
    return counts.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NumberProfile that
        && name.equals(that.name)
        && bins.equals(that.bins)
        && Arrays.equals(counts, that.counts)
        && below == that.below
        && above == that.above
        && moments.equals(that.moments)
        && histogram.equals(that.histogram);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return name
        + ": mean "
        + InWords.number(mean())
        + ", standard deviation "
        + InWords.number(standardDeviation())
        + (leftOut() == 0 ? "" : " (without " + Plural.of(leftOut(), "value") + " beyond 1e150)")
        + ", "
        + histogram;
  }
}
