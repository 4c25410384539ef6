package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class BucketsTest {

  private static final long SALT = Buckets.salt("departures", "canary", "flight-delay", "8");

  private static boolean chosen(long salt, String key, double share) {
    return Buckets.of(Buckets.hash(salt, key)) < Buckets.threshold(share);
  }

  @Property
  void a_growing_share_never_takes_a_key_back(
      @ForAll String key,
      @ForAll @DoubleRange(min = 0.01, max = 100) double one,
      @ForAll @DoubleRange(min = 0.01, max = 100) double other) {
    double small = Math.min(one, other);
    double large = Math.max(one, other);
    assertThat(!chosen(SALT, key, small) || chosen(SALT, key, large)).isTrue();
  }

  @Property
  void a_bucket_lies_within_the_ten_thousand(@ForAll String key, @ForAll long salt) {
    assertThat(Buckets.of(Buckets.hash(salt, key))).isBetween(0, 9_999);
  }

  @Property
  void everything_is_below_a_hundred_percent(@ForAll String key) {
    assertThat(chosen(SALT, key, 100)).isTrue();
  }

  /** Five standard deviations of the binomial: a fair hash exceeds them once in two million. */
  @Test
  void a_share_of_keys_is_the_share_within_the_binomial_bound() {
    int keys = 100_000;
    for (double share : new double[] {0.5, 1, 5, 25, 50}) {
      int named = 0;
      int numbered = 0;
      for (int i = 0; i < keys; i++) {
        named += chosen(SALT, "N" + i + "UA", share) ? 1 : 0;
        numbered += Buckets.of(Buckets.hash(SALT, i)) < Buckets.threshold(share) ? 1 : 0;
      }
      double p = share / 100;
      double bound = 5 * Math.sqrt(keys * p * (1 - p));
      assertThat((double) named).isCloseTo(keys * p, within(bound));
      assertThat((double) numbered).isCloseTo(keys * p, within(bound));
    }
  }

  /** With one salt for all, the second experiment's five percent would be the first one's. */
  @Test
  void another_candidate_draws_other_keys() {
    long other = Buckets.salt("departures", "canary", "flight-delay", "9");
    int keys = 100_000;
    int both = 0;
    for (int i = 0; i < keys; i++) {
      both += chosen(SALT, "key" + i, 10) && chosen(other, "key" + i, 10) ? 1 : 0;
    }
    assertThat((double) both).isCloseTo(1_000, within(5 * Math.sqrt(1_000 * 0.99)));
  }

  @Test
  void the_parts_of_a_salt_do_not_run_together() {
    assertThat(Buckets.salt("ab", "c")).isNotEqualTo(Buckets.salt("a", "bc"));
  }

  /**
   * Replicas and later versions must agree, so these numbers, from the formula written in Python,
   * may never change.
   */
  @Test
  void keeps_its_numbers() {
    assertThat(Buckets.of(Buckets.hash(SALT, "N101UA"))).isEqualTo(7477);
    assertThat(Buckets.of(Buckets.hash(SALT, ""))).isEqualTo(1458);
    assertThat(Buckets.of(Buckets.hash(SALT, 7))).isEqualTo(7339);
  }

  @Test
  void are_the_unsigned_remainder_of_the_hash() {
    SplittableRandom random = new SplittableRandom(7);
    LongStream.concat(
            LongStream.of(0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 9_999, 10_000),
            random.longs(10_000))
        .forEach(
            hash ->
                assertThat(Buckets.of(hash))
                    .isEqualTo((int) Long.remainderUnsigned(hash, Buckets.COUNT)));
  }
}
