package dev.mlops.features.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.features.view.BruteForce;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ExactSumsTest {

  private static final int[] ALL = {};

  @Property(tries = 2000)
  void any_stretch_is_the_exact_sum_rounded_once(
      @ForAll("values") List<Double> values, @ForAll long seed) {
    Random random = new Random(seed);
    BitSet present = new BitSet();
    for (int i = 0; i < values.size(); i++) {
      present.set(i, random.nextInt(5) > 0);
    }
    ExactSums sums = sums(array(values), present);
    int from = random.nextInt(values.size() + 1);
    int to = from + random.nextInt(values.size() - from + 1);
    List<Integer> without = new ArrayList<>();
    List<Double> kept = new ArrayList<>();
    for (int i = 0; i < to; i++) {
      if (random.nextInt(4) == 0) {
        without.add(i);
      } else if (i >= from && present.get(i)) {
        kept.add(values.get(i));
      }
    }
    int first = (int) without.stream().filter(i -> i < from).count();
    int[] hidden = without.stream().mapToInt(Integer::intValue).toArray();

    assertThat(sums.sum(from, to, hidden, first)).isEqualTo(Double.valueOf(BruteForce.sum(kept)));
  }

  @Property(tries = 2000)
  void any_stretch_of_whole_numbers_is_the_exact_sum_rounded_once(
      @ForAll List<Long> values, @ForAll long seed) {
    Random random = new Random(seed);
    int[] hidden = IntStream.range(0, values.size()).filter(i -> random.nextInt(4) == 0).toArray();
    BigInteger sum =
        IntStream.range(0, values.size())
            .filter(i -> Arrays.binarySearch(hidden, i) < 0)
            .mapToObj(i -> BigInteger.valueOf(values.get(i)))
            .reduce(BigInteger.ZERO, BigInteger::add);
    long[] integers = values.stream().mapToLong(Long::longValue).toArray();

    assertThat(
            ExactSums.of(integers, null, 0, integers.length, true)
                .sum(0, integers.length, hidden, 0))
        .isEqualTo(sum.doubleValue());
  }

  @Property
  void a_register_is_rounded_as_a_big_integer_is(@ForAll long hi, @ForAll long lo) {
    long high = hi >> 2;
    BigInteger whole =
        BigInteger.valueOf(high).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(lo)));

    assertThat(ExactSums.toDouble(high, lo)).isEqualTo(whole.doubleValue());
  }

  @Test
  void a_register_is_rounded_to_even_at_a_tie_and_up_above_one() {
    for (int shift = 0; shift < 70; shift++) {
      for (int last = 0; last < 4; last++) {
        for (int above = -1; above <= 1; above++) {
          BigInteger even = BigInteger.ONE.shiftLeft(52).add(BigInteger.valueOf(last));
          BigInteger whole =
              even.shiftLeft(1).add(BigInteger.ONE).shiftLeft(shift).add(BigInteger.valueOf(above));
          assertThat(ExactSums.toDouble(whole.shiftRight(64).longValue(), whole.longValue()))
              .isEqualTo(whole.doubleValue());
          BigInteger minus = whole.negate();
          assertThat(ExactSums.toDouble(minus.shiftRight(64).longValue(), minus.longValue()))
              .isEqualTo(minus.doubleValue());
        }
      }
    }
  }

  @Test
  void cents_add_up_to_the_nearest_double_and_not_to_what_a_loop_gives() {
    double[] dimes = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    BitSet present = new BitSet();
    present.set(0, 10);

    // A loop gives 0.9999999999999999; the exact sum of ten doubles nearest to 0.1 rounds to 1.
    assertThat(sums(dimes, present).sum(0, 10, ALL, 0)).isEqualTo(1.0);
  }

  @Provide
  Arbitrary<List<Double>> values() {
    Arbitrary<Double> alike = Arbitraries.integers().between(-3000, 3000).map(i -> i / 64.0);
    Arbitrary<Double> money = Arbitraries.integers().between(-3000, 300_000).map(i -> i / 100.0);
    Arbitrary<Double> special =
        Arbitraries.of(0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    Arbitrary<Double> any = Arbitraries.doubles();
    Arbitrary<Double> extreme =
        Arbitraries.of(Double.MIN_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, 0x1p-900, 0x1p900);
    return Arbitraries.oneOf(
        alike.list().ofMaxSize(80),
        money.list().ofMaxSize(80),
        any.list().ofMaxSize(30),
        Arbitraries.oneOf(money, special).list().ofMaxSize(30),
        Arbitraries.oneOf(money, extreme).list().ofMaxSize(30));
  }

  /** Numbers that come one after the other, some of them into the same arrays, add up as all do. */
  @Property(tries = 2000)
  void sums_that_are_extended_are_those_of_all(
      @ForAll("values") List<Double> values, @ForAll long seed) {
    Random random = new Random(seed);
    int size = values.size();
    long[] bits = Arrays.copyOf(bits(array(values)), size + 1);
    long[] absent = Absent.of(size + 1);
    for (int i = 0; i < size; i++) {
      Absent.set(absent, i, random.nextInt(5) == 0);
    }
    int to = random.nextInt(size + 1);
    int from = 0;
    ExactSums sums = ExactSums.of(bits, absent, from, to, false);
    while (to < size) {
      from += random.nextInt(to - from + 1) / 2;
      to = Math.min(size, to + 1 + random.nextInt(3));
      sums = sums.extended(bits, absent, from, to);
      int first = from + random.nextInt(to - from + 1);

      assertThat(sums.sum(first, to, ALL, 0))
          .isEqualTo(
              Double.valueOf(ExactSums.of(bits, absent, from, to, false).sum(first, to, ALL, 0)));
    }
  }

  private static ExactSums sums(double[] values, BitSet present) {
    long[] absent = Absent.of(values.length + 1);
    for (int i = 0; i < values.length; i++) {
      Absent.set(absent, i, !present.get(i));
    }
    return ExactSums.of(bits(values), absent, 0, values.length, false);
  }

  private static long[] bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
