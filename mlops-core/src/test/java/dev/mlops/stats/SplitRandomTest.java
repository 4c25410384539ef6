package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SplitRandomTest {

  @Test
  void draws_the_golden_bits_of_stream_a() {
    // Stream A: seed 42, 4000 bits, a one with chance 0.2 before and 0.5 from bit 2000 on.
    SplitRandom random = SplitRandom.seeded(42);
    StringBuilder bits = new StringBuilder();
    for (int i = 0; i < 4000; i++) {
      bits.append(random.nextDouble() < (i < 2000 ? 0.2 : 0.5) ? '1' : '0');
    }
    assertThat(bits.substring(0, 40)).isEqualTo("0100100000000000101001001000000000001001");
    assertThat(bits.chars().filter(bit -> bit == '1').count()).isEqualTo(1424);
  }

  @Property(tries = 100)
  void draws_what_the_platform_s_own_splitmix_draws(@ForAll long seed) {
    SplitRandom ours = SplitRandom.seeded(seed);
    SplittableRandom theirs = new SplittableRandom(seed);
    for (int i = 0; i < 20; i++) {
      assertThat(ours.nextLong()).isEqualTo(theirs.nextLong());
      assertThat(ours.nextDouble()).isEqualTo(theirs.nextDouble());
    }
  }

  @Property(tries = 100)
  void splits_by_name_however_much_was_drawn(@ForAll long seed, @ForAll String name) {
    SplitRandom fresh = SplitRandom.seeded(seed);
    SplitRandom used = SplitRandom.seeded(seed);
    used.nextLong();
    assertThat(used.split(name).nextLong()).isEqualTo(fresh.split(name).nextLong());
    assertThat(used.split(7).nextLong()).isEqualTo(fresh.split(7).nextLong());
  }

  @Test
  void splits_into_streams_that_do_not_follow_each_other() {
    SplitRandom parent = SplitRandom.seeded(1);
    double[] sums = new double[3];
    int n = 20_000;
    for (int key = 0; key < n; key++) {
      double a = parent.split(key).nextDouble() - 0.5;
      double b = parent.split(key + 1).nextDouble() - 0.5;
      double c = parent.split(key).split(1).nextDouble() - 0.5;
      sums[0] += a;
      sums[1] += a * b;
      sums[2] += a * c;
    }
    // Standard errors: sqrt(1/12 / n) = 0.002 and 1/12 / sqrt(n) = 0.0006; four of them each.
    assertThat(sums[0] / n).isCloseTo(0, within(0.0082));
    assertThat(sums[1] / n).isCloseTo(0, within(0.0024));
    assertThat(sums[2] / n).isCloseTo(0, within(0.0024));
  }

  @Test
  void tells_the_order_of_splits_apart() {
    SplitRandom parent = SplitRandom.seeded(5);
    assertThat(parent.split(1).split(2).nextLong())
        .isNotEqualTo(parent.split(2).split(1).nextLong());
    assertThat(SplitRandom.seeded(1).split(2).nextLong())
        .isNotEqualTo(SplitRandom.seeded(2).split(1).nextLong());
  }

  @Test
  void draws_every_whole_number_below_a_bound_equally_often() {
    SplitRandom random = SplitRandom.seeded(3);
    int[] seen = new int[7];
    IntStream.range(0, 70_000).forEach(i -> seen[random.nextInt(7)]++);
    // Standard deviation sqrt(70000 * 1/7 * 6/7) = 93; four of them.
    assertThat(IntStream.of(seen)).allSatisfy(times -> assertThat(times).isBetween(9_630, 10_370));
  }

  @Test
  void draws_standard_normal_deviates() {
    SplitRandom random = SplitRandom.seeded(4);
    double sum = 0;
    double squares = 0;
    int n = 100_000;
    for (int i = 0; i < n; i++) {
      double value = random.nextGaussian();
      sum += value;
      squares += value * value;
    }
    assertThat(sum / n).isCloseTo(0, within(0.013));
    assertThat(squares / n).isCloseTo(1, within(0.018));
  }

  @Test
  void keeps_its_pinned_bits() {
    // From a second implementation in another language: no later change may move anybody's folds.
    SplitRandom random = SplitRandom.seeded(2026).split("fold").split(3);
    assertThat(random.nextLong()).isEqualTo(1039402640032592434L);
    assertThat(random.nextInt(1000)).isEqualTo(282);
    assertThat(random.nextGaussian()).isEqualTo(-1.4973966905050633);
  }

  @Test
  void refuses_a_bound_without_numbers_below_it() {
    assertThatThrownBy(() -> SplitRandom.seeded(0).nextInt(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bound must be positive: 0");
  }
}
