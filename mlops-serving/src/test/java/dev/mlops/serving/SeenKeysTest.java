package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.testkit.Together;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SeenKeysTest {

  private static long hash(int key) {
    return Buckets.hash(Buckets.salt("test"), "key " + key);
  }

  @Test
  void tell_a_key_once() {
    SeenKeys seen = new SeenKeys();
    for (int round = 0; round < 3; round++) {
      for (int key = 0; key < 1_000; key++) {
        boolean first = seen.first(hash(key));
        assertThat(first && round > 0).isFalse();
      }
    }
  }

  /** Some are lost to others that look alike; at no size more than seven in a hundred. */
  @Test
  void lose_few_of_millions() {
    SeenKeys seen = new SeenKeys();
    int key = 0;
    for (int upTo : new int[] {50_000, 500_000, 3_000_000}) {
      int found = 0;
      int from = key;
      for (; key < upTo; key++) {
        found += seen.first(hash(key)) ? 1 : 0;
      }
      assertThat((double) found / (upTo - from)).isGreaterThan(0.93);
    }
    for (int again = 0; again < key; again += 1_000) {
      assertThat(seen.first(hash(again))).isFalse();
    }
  }

  /** Whether a key is lost has nothing to do with its arm. */
  @Test
  void lose_both_arms_alike() {
    SeenKeys seen = new SeenKeys();
    int[] keys = new int[2];
    int[] found = new int[2];
    for (int key = 0; key < 600_000; key++) {
      int arm = Buckets.of(hash(key)) < 5_000 ? 1 : 0;
      keys[arm]++;
      found[arm] += seen.first(hash(key)) ? 1 : 0;
    }
    double difference = (double) found[1] / keys[1] - (double) found[0] / keys[0];
    assertThat(difference).isBetween(-0.002, 0.002);
  }

  @Test
  void tell_a_key_once_among_threads() {
    SeenKeys seen = new SeenKeys();
    AtomicInteger found = new AtomicInteger();
    Together.run(
        4,
        thread -> {
          for (int key = 0; key < 40_000; key++) {
            if (seen.first(hash(key))) {
              found.incrementAndGet();
            }
          }
        });
    assertThat(found.get()).isBetween(39_000, 40_000);
  }
}
