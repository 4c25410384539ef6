package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HashFilterTest {
  private static final int MANY = 1 << 16;

  private static LongStream hashes(int from, int count) {
    return LongStream.range(from, from + count).map(i -> IdHash.of("prediction-" + i));
  }

  @Test
  void knows_all_that_was_added() {
    HashFilter filter = new HashFilter(MANY);
    filter.add(hashes(0, MANY / 2).toArray());
    filter.add(hashes(MANY / 2, MANY / 2).toArray());
    assertThat(hashes(0, MANY).allMatch(filter::mayHave)).isTrue();
  }

  @Test
  void mistakes_one_in_seventy_others_for_one_of_them_when_it_is_full() {
    HashFilter filter = new HashFilter(MANY);
    filter.add(hashes(0, MANY).toArray());
    double mistaken = hashes(MANY, MANY).filter(filter::mayHave).count() / (double) MANY;
    double expected = Math.pow(1 - Math.exp(-0.125), 2);
    // Five standard errors of that many draws.
    assertThat(mistaken)
        .isBetween(
            expected - 5 * Math.sqrt(expected / MANY), expected + 5 * Math.sqrt(expected / MANY));
  }

  @Test
  void says_when_it_is_full() {
    HashFilter filter = new HashFilter(MANY);
    assertThat(filter.fits(MANY)).isTrue();
    assertThat(filter.fits(MANY + 1)).isFalse();
    filter.add(hashes(0, MANY / 2).toArray());
    assertThat(filter.fits(MANY / 2)).isTrue();
    assertThat(filter.fits(MANY / 2 + 1)).isFalse();
  }

  @Test
  void of_none_has_room_for_some() {
    HashFilter filter = new HashFilter(0);
    assertThat(filter.fits(256)).isTrue();
    assertThat(Arrays.stream(new long[] {0, -1, Long.MIN_VALUE}).anyMatch(filter::mayHave))
        .isFalse();
  }
}
