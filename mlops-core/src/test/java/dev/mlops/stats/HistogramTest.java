package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.error.MlopsException;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.Plural;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HistogramTest {

  @Provide
  Arbitrary<double[]> columns() {
    Arbitrary<Double> odd =
        Arbitraries.of(
            0.0,
            -0.0,
            1.0,
            -1.0,
            2.0,
            -2.0,
            Double.NaN,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY);
    Arbitrary<Double> any = Arbitraries.longs().map(Double::longBitsToDouble);
    Arbitrary<Double> usual = Arbitraries.doubles().between(-1000, 1000).ofScale(3);
    return Arbitraries.oneOf(List.of(odd, any, usual)).array(double[].class).ofMaxSize(60);
  }

  private static double[] sortedNumbers(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).map(v -> v + 0.0).sorted().toArray();
  }

  @Property(tries = 300)
  void merges_without_loss_in_any_order(
      @ForAll("columns") double[] a, @ForAll("columns") double[] b, @ForAll("columns") double[] c) {
    Histogram x = Histogram.of(a);
    Histogram y = Histogram.of(b);
    Histogram z = Histogram.of(c);
    Histogram whole = Histogram.of(concat(a, b, c));
    assertThat(x.merge(y).merge(z)).isEqualTo(whole);
    assertThat(z.merge(y.merge(x))).isEqualTo(whole).hasSameHashCodeAs(whole);
    assertThat(z.merge(y.merge(x)).toBytes()).isEqualTo(whole.toBytes());
    Histogram.Recorder recorder = Histogram.recorder();
    List.of(z, x, y).forEach(recorder::addAll);
    assertThat(recorder.snapshot()).isEqualTo(whole);
  }

  private static double[] concat(double[]... parts) {
    return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
  }

  @Property(tries = 300)
  void comes_back_from_its_bytes(@ForAll("columns") double[] values) {
    Histogram histogram = Histogram.of(values);
    assertThat(Histogram.fromBytes(histogram.toBytes())).isEqualTo(histogram);
  }

  @Property(tries = 300)
  void counts_each_value_in_the_bucket_that_spans_it(@ForAll("columns") double[] values) {
    double[] sorted = sortedNumbers(values);
    List<Histogram.Bucket> buckets = Histogram.of(values).buckets();
    assertThat(buckets.stream().mapToLong(Histogram.Bucket::count).sum()).isEqualTo(sorted.length);
    for (Histogram.Bucket bucket : buckets) {
      assertThat(Arrays.stream(sorted).filter(v -> spans(bucket, v)).count())
          .isEqualTo(bucket.count());
    }
    for (int i = 1; i < buckets.size(); i++) {
      assertThat(buckets.get(i).lower()).isGreaterThanOrEqualTo(buckets.get(i - 1).upper());
    }
  }

  private static boolean spans(Histogram.Bucket bucket, double value) {
    return bucket.lower() <= value && (value < bucket.upper() || bucket.lower() == bucket.upper());
  }

  @Property(tries = 300)
  void finds_the_quantile_within_a_256th(
      @ForAll("columns") double[] values, @ForAll @DoubleRange(max = 1) double share) {
    double[] sorted = sortedNumbers(values);
    if (sorted.length == 0) {
      return;
    }
    double exact = sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    double found = Histogram.of(values).quantile(share);
    if (Double.isInfinite(exact) || Double.isInfinite(found)) {
      assertThat(Math.abs(exact)).isGreaterThan(1.78e308);
      assertThat(Math.signum(found)).isEqualTo(Math.signum(exact));
    } else {
      assertThat(found).isCloseTo(exact, within(Math.abs(exact) / 256 + 0x1p-1029));
    }
  }

  @Property(tries = 300)
  void knows_the_share_below_within_its_bucket(
      @ForAll("columns") double[] values, @ForAll("columns") double[] limits) {
    double[] sorted = sortedNumbers(values);
    if (sorted.length == 0) {
      return;
    }
    Histogram histogram = Histogram.of(values);
    for (double limit : sortedNumbers(limits)) {
      double inDoubt =
          histogram.buckets().stream()
              .filter(bucket -> bucket.lower() < limit && limit < bucket.upper())
              .mapToLong(Histogram.Bucket::count)
              .sum();
      double exact = Arrays.stream(sorted).filter(v -> v < limit).count();
      assertThat(histogram.shareBelow(limit) * sorted.length)
          .isCloseTo(exact, within(inDoubt + 1e-9));
    }
  }

  @Test
  void knows_the_share_below_exactly_at_an_edge() {
    Histogram histogram = Histogram.of(-2, -1, -1, 0, 0, 1, 2, 3);
    assertThat(histogram.shareBelow(-2)).isEqualTo(0);
    assertThat(histogram.shareBelow(-1)).isEqualTo(1 / 8.0);
    assertThat(histogram.shareBelow(0)).isEqualTo(3 / 8.0);
    assertThat(histogram.shareBelow(-0.0)).isEqualTo(3 / 8.0);
    assertThat(histogram.shareBelow(1)).isEqualTo(5 / 8.0);
    assertThat(histogram.shareBelow(3)).isEqualTo(7 / 8.0);
    assertThat(histogram.shareBelow(4)).isEqualTo(1);
  }

  @Test
  void counts_nulls_nan_and_infinities() {
    Histogram.Recorder recorder = Histogram.recorder();
    recorder.addNull();
    recorder.add(Double.NaN);
    recorder.add(Double.NaN);
    recorder.add(Double.NEGATIVE_INFINITY);
    recorder.add(5);
    recorder.add(Double.POSITIVE_INFINITY);
    Histogram histogram = recorder.snapshot();
    assertThat(histogram.nulls()).isEqualTo(1);
    assertThat(histogram.nans()).isEqualTo(2);
    assertThat(histogram.count()).isEqualTo(3);
    assertThat(histogram.min()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(histogram.max()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(histogram.quantile(0.5)).isCloseTo(5, within(5 / 256.0));
    assertThat(histogram.shareBelow(4)).isEqualTo(1 / 3.0);
    assertThat(histogram).hasToString("3 values, 1 null, 2 NaN, from -Infinity to Infinity");
  }

  @Test
  void adds_up_nulls_and_nan_when_merging() {
    Histogram.Recorder recorder = Histogram.recorder();
    recorder.addNull();
    recorder.add(Double.NaN);
    recorder.add(Double.NaN);
    Histogram part = recorder.snapshot();
    recorder.addAll(part);
    assertThat(part.merge(part)).isEqualTo(recorder.snapshot());
    assertThat(part.merge(part).nulls()).isEqualTo(2);
    assertThat(part.merge(part).nans()).isEqualTo(4);
  }

  @Test
  void keeps_an_infinite_minority_out_of_the_finite_quantiles() {
    Histogram histogram =
        Histogram.of(
            Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, 1, 2);
    assertThat(histogram.quantile(0.4)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(histogram.quantile(0.5)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(histogram.quantile(0.8)).isCloseTo(1, within(1 / 256.0));
  }

  @Test
  void finds_zero_as_zero() {
    assertThat(Histogram.of(-1, 0, 0, 0, 1).quantile(0.5)).isEqualTo(0);
  }

  @Test
  void stays_small_for_a_normal_column() {
    SplitRandom random = SplitRandom.seeded(1);
    Histogram.Recorder recorder = Histogram.recorder();
    for (int i = 0; i < 1_000_000; i++) {
      recorder.add(random.nextGaussian());
    }
    Histogram histogram = recorder.snapshot();
    assertThat(histogram.buckets()).hasSizeLessThan(4500);
    assertThat(histogram.toBytes()).hasSizeLessThan(16_000);
    // The standard normal's 97.5 % point; the sample's own error is 0.0027.
    assertThat(histogram.quantile(0.975)).isCloseTo(1.96, within(0.02));
    assertThat(histogram.shareBelow(1.96)).isCloseTo(0.975, within(0.001));
  }

  @Test
  void still_reads_format_1() {
    // Three of 1.0 (key 1023 * 128, in zigzag twice that, 0x3FF00), one null and two NaN.
    byte[] format1 =
        HexFormat.of().parseHex("01010201" + "3ff0000000000000".repeat(2) + "80fe0f" + "03");
    Histogram.Recorder recorder = Histogram.recorder();
    recorder.addAll(Histogram.of(1, 1, 1, Double.NaN, Double.NaN));
    recorder.addNull();
    assertThat(Histogram.fromBytes(format1)).isEqualTo(recorder.snapshot());
    assertThat(recorder.snapshot().toBytes()).isEqualTo(format1);
  }

  @Test
  void treats_the_empty_histogram_as_neutral() {
    Histogram histogram = Histogram.of(1, 2);
    assertThat(histogram.merge(Histogram.empty())).isEqualTo(histogram);
    assertThat(Histogram.fromBytes(Histogram.empty().toBytes())).isEqualTo(Histogram.empty());
    assertThat(Histogram.empty()).hasToString("0 values, 0 nulls, 0 NaN");
  }

  @Property(tries = 500)
  void refuses_damaged_bytes_or_reads_them_as_another_histogram(
      @ForAll("columns") double[] values, @ForAll long seed) {
    byte[] bytes = Histogram.of(values).toBytes();
    SplitRandom random = SplitRandom.seeded(seed);
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    Histogram read;
    try {
      read = Histogram.fromBytes(bytes);
    } catch (IllegalArgumentException | MlopsException expected) {
      return;
    }
    assertThat(read.toBytes()).isEqualTo(bytes);
  }

  @Nested
  class Refuses {

    @Test
    void questions_about_no_values() {
      assertThatThrownBy(() -> Histogram.empty().quantile(0.5))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("quantile needs at least one value; the histogram is empty");
      assertThatThrownBy(() -> Histogram.empty().shareBelow(0))
          .hasMessage("shareBelow needs at least one value; the histogram is empty");
      assertThatThrownBy(() -> Histogram.empty().min())
          .hasMessage("min needs at least one value; the histogram is empty");
      assertThatThrownBy(() -> Histogram.empty().max())
          .hasMessage("max needs at least one value; the histogram is empty");
    }

    @Test
    void a_share_outside_zero_to_one() {
      assertThatThrownBy(() -> Histogram.of(1).quantile(1.01))
          .hasMessage("share must lie between 0 and 1: 1.01");
      assertThatThrownBy(() -> Histogram.of(1).shareBelow(Double.NaN))
          .hasMessage("limit must be a number: NaN");
    }

    @Test
    void bytes_of_a_later_format() {
      byte[] bytes = Histogram.of(1).toBytes();
      bytes[0] = 9;
      assertThatThrownBy(() -> Histogram.fromBytes(bytes))
          .isInstanceOf(NewerFormException.class)
          .hasMessage(
              "cannot read the histogram: form 9 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
    }

    @Test
    void bytes_that_claim_more_buckets_than_they_have() {
      byte[] none = Histogram.empty().toBytes();
      byte[] lying = new byte[none.length + 4];
      System.arraycopy(none, 0, lying, 0, 3);
      Arrays.fill(lying, 3, 7, (byte) 0xFF); // two billion, where there was a zero
      lying[7] = 7;
      System.arraycopy(none, 4, lying, 8, none.length - 4);
      assertThatThrownBy(() -> Histogram.fromBytes(lying))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("histogram is cut off after " + Plural.of(lying.length, "byte"));
    }

    @Test
    void bytes_cut_off_anywhere_or_too_many() {
      byte[] bytes = Histogram.of(1, 2, 3e300, -7).toBytes();
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> Histogram.fromBytes(cut))
            .hasMessage("histogram is cut off after " + Plural.of(length, "byte"));
      }
      byte[] long1 = Arrays.copyOf(bytes, bytes.length + 1);
      assertThatThrownBy(() -> Histogram.fromBytes(long1))
          .hasMessage("histogram is damaged: 1 byte too many");
    }
  }
}
