package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The distribution of a column of numbers in a few kilobytes, merged without loss.
 *
 * <p>A bucket holds all doubles of equal sign, exponent and 7 leading mantissa bits: its width is
 * at most 1/128 of its values, over the whole range of a double and without any setting. Counts are
 * whole numbers and the bucket edges the same for everybody, so merging is associative and
 * commutative, and merged parts equal the whole to the last bit. Nulls and NaN are counted apart;
 * the infinities are values like others; -0.0 counts as 0.0.
 *
 * <p>Immutable and thread-safe. Values enter through a {@link Recorder}, one per thread:
 *
 * <pre>{@code
 * Histogram.Recorder recorder = Histogram.recorder();
 * recorder.add(12.5);
 * Histogram latency = recorder.snapshot();
 * double p99 = latency.quantile(0.99);
 * }</pre>
 */
public final class Histogram {

  private static final Histogram EMPTY = recorder().snapshot();

  private final int[] keys;
  private final long[] counts;
  private final long count;
  private final long nulls;
  private final long nans;
  private final double min;
  private final double max;

  /** Takes ownership: keys of {@link BucketKey} ascending, counts positive. */
  Histogram(int[] keys, long[] counts, long nulls, long nans, double min, double max) {
    this.keys = keys;
    this.counts = counts;
    this.count = Arrays.stream(counts).sum();
    this.nulls = nulls;
    this.nans = nans;
    this.min = min;
    this.max = max;
  }

  /**
   * Returns the histogram of no values.
   *
   * @return the empty histogram, the neutral element of {@link #merge}
   */
  public static Histogram empty() {
    return EMPTY;
  }

  /**
   * Returns the histogram of some values.
   *
   * @param values the values, in any order; NaN is counted apart
   * @return their histogram
   */
  public static Histogram of(double... values) {
    requireNonNull(values, "values");
    Recorder recorder = recorder();
    for (double value : values) {
      recorder.add(value);
    }
    return recorder.snapshot();
  }

  /**
   * Returns a new recorder without values.
   *
   * @return the recorder
   */
  public static Recorder recorder() {
    return new Recorder();
  }

  /**
   * Returns the histogram of this one's and another one's values together.
   *
   * @param other the other histogram
   * @return the merged histogram, equal to the one that had seen all the values itself
   */
  public Histogram merge(Histogram other) {
    requireNonNull(other, "other");
    int[] mergedKeys = new int[keys.length + other.keys.length];
    long[] mergedCounts = new long[mergedKeys.length];
    int size = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < keys.length || theirs < other.keys.length) {
      int key = Math.min(keyAt(mine), other.keyAt(theirs));
      mergedKeys[size] = key;
      if (keyAt(mine) == key) {
        mergedCounts[size] += counts[mine++];
      }
      if (other.keyAt(theirs) == key) {
        mergedCounts[size] += other.counts[theirs++];
      }
      size++;
    }
    return new Histogram(
        Arrays.copyOf(mergedKeys, size),
        Arrays.copyOf(mergedCounts, size),
        nulls + other.nulls,
        nans + other.nans,
        Math.min(min, other.min),
        Math.max(max, other.max));
  }

  private int keyAt(int position) {
    return position < keys.length ? keys[position] : Integer.MAX_VALUE;
  }

  /**
   * Returns how many values were seen.
   *
   * @return the number of values, without nulls and NaN
   */
  public long count() {
    return count;
  }

  /**
   * Returns how many nulls were seen.
   *
   * @return the number of nulls
   */
  public long nulls() {
    return nulls;
  }

  /**
   * Returns how many NaN were seen.
   *
   * @return the number of NaN
   */
  public long nans() {
    return nans;
  }

  /**
   * Returns the smallest value.
   *
   * @return the exact minimum
   * @throws IllegalStateException if there is no value
   */
  public double min() {
    requireValues("min");
    return min;
  }

  /**
   * Returns the largest value.
   *
   * @return the exact maximum
   * @throws IllegalStateException if there is no value
   */
  public double max() {
    requireValues("max");
    return max;
  }

  /**
   * Returns the value below which about a share of the values lies.
   *
   * @param share the share, in [0, 1]: 0 gives the minimum, 0.5 the median, 1 the maximum
   * @return the middle of the bucket that holds the value of rank {@code ceil(share * count)}, at
   *     most 1/256 of itself away from that value, and within minimum and maximum
   * @throws IllegalArgumentException if the share is outside [0, 1]
   * @throws IllegalStateException if there is no value
   */
  public double quantile(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share must lie between 0 and 1: " + Exactly.number(share));
    }
    requireValues("quantile");
    long rank = (long) Math.ceil(share * count);
    if (rank <= 1) {
      return min;
    }
    if (rank >= count) {
      return max;
    }
    int bucket = 0;
    long seen = counts[0];
    while (seen < rank) {
      seen += counts[++bucket];
    }
    return Math.min(max, Math.max(min, BucketKey.middle(keys[bucket])));
  }

  /**
   * Returns the share of values that lie below a limit.
   *
   * @param limit the limit; not NaN
   * @return the share in [0, 1]: exact at a bucket's edge, at 0 and outside minimum and maximum,
   *     elsewhere as if the values were spread evenly over the limit's own bucket
   * @throws IllegalArgumentException if the limit is NaN
   * @throws IllegalStateException if there is no value
   */
  public double shareBelow(double limit) {
    if (Double.isNaN(limit)) {
      throw new IllegalArgumentException("limit must be a number: NaN");
    }
    requireValues("shareBelow");
    if (limit <= min) {
      return 0;
    }
    if (limit > max) {
      return 1;
    }
    int own = BucketKey.of(limit);
    double below = 0;
    int bucket = 0;
    while (keys[bucket] < own) {
      below += counts[bucket++];
    }
    if (keys[bucket] == own) {
      below += counts[bucket] * BucketKey.shareBelow(own, limit);
    }
    return below / count;
  }

  private void requireValues(String question) {
    if (count == 0) {
      throw new IllegalStateException(
          question + " needs at least one value; the histogram is empty");
    }
  }

  /**
   * Returns the buckets that hold values.
   *
   * @return the buckets, by value ascending; unmodifiable
   */
  public List<Bucket> buckets() {
    List<Bucket> buckets = new ArrayList<>(keys.length);
    for (int i = 0; i < keys.length; i++) {
      buckets.add(new Bucket(BucketKey.lower(keys[i]), BucketKey.upper(keys[i]), counts[i]));
    }
    return List.copyOf(buckets);
  }

  /**
   * Returns the histogram as bytes: one to three bytes a bucket in practice, behind a version.
   *
   * @return the bytes, the same for equal histograms
   */
  public byte[] toBytes() {
    return HistogramFormat.write(keys, counts, nulls, nans, min, max);
  }

  /**
   * Returns the histogram that {@link #toBytes()} wrote.
   *
   * @param bytes the bytes
   * @return an equal histogram
   * @throws dev.mlops.error.NewerFormException if a newer release wrote the bytes
   * @throws IllegalArgumentException if the bytes are cut off or damaged
   */
  public static Histogram fromBytes(byte[] bytes) {
    requireNonNull(bytes, "bytes");
    return HistogramFormat.read(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Histogram that
        && Arrays.equals(keys, that.keys)
        && Arrays.equals(counts, that.counts)
        && nulls == that.nulls
        && nans == that.nans
        && min == that.min
        && max == that.max;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(keys) * 31 + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    String apart =
        Plural.of(count, "value") + ", " + Plural.of(nulls, "null") + ", " + nans + " NaN";
    return count == 0
        ? apart
        : apart + ", from " + Exactly.number(min) + " to " + Exactly.number(max);
  }

  /**
   * Values that share sign, exponent and leading mantissa bits.
   *
   * @param lower the lower edge, which belongs to the bucket
   * @param upper the upper edge, which belongs to the next; infinite together with the lower edge
   * @param count how many values the bucket holds, at least 1
   */
  public record Bucket(double lower, double upper, long count) {}

  /** Counts values as they come, a few nanoseconds each. Not thread-safe; one per thread. */
  public static final class Recorder {

    private final long[][] pages = new long[BucketKey.PAGES][];
    private long nulls;
    private long nans;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    private Recorder() {}

    /**
     * Counts a value.
     *
     * @param value the value; NaN is counted apart
     */
    public void add(double value) {
      if (Double.isNaN(value)) {
        nans++;
        return;
      }
      double plain = value + 0.0;
      // Branches that are hardly ever taken: Math.min and Math.max would chain from value to value.
      if (plain < min) {
        min = plain;
      }
      if (plain > max) {
        max = plain;
      }
      count(BucketKey.of(plain), 1);
    }

    /** Counts a null. */
    public void addNull() {
      nulls++;
    }

    /**
     * Counts all the values of a histogram.
     *
     * @param histogram the histogram
     */
    public void addAll(Histogram histogram) {
      requireNonNull(histogram, "histogram");
      for (int i = 0; i < histogram.keys.length; i++) {
        count(histogram.keys[i], histogram.counts[i]);
      }
      nulls += histogram.nulls;
      nans += histogram.nans;
      min = Math.min(min, histogram.min);
      max = Math.max(max, histogram.max);
    }

    private void count(int key, long times) {
      long[] page = pages[BucketKey.page(key)];
      if (page == null) {
        page = new long[BucketKey.PAGE_SIZE];
        pages[BucketKey.page(key)] = page;
      }
      page[BucketKey.place(key)] += times;
    }

    /**
     * Returns the histogram of what was counted so far; the recorder goes on.
     *
     * @return the histogram
     */
    public Histogram snapshot() {
      int size = 0;
      int[] keys = new int[64];
      long[] counts = new long[64];
      for (int page = 0; page < pages.length; page++) {
        for (int place = 0; pages[page] != null && place < BucketKey.PAGE_SIZE; place++) {
          if (pages[page][place] == 0) {
            continue;
          }
          if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
          }
          keys[size] = BucketKey.at(page, place);
          counts[size++] = pages[page][place];
        }
      }
      return new Histogram(
          Arrays.copyOf(keys, size), Arrays.copyOf(counts, size), nulls, nans, min, max);
    }
  }
}
