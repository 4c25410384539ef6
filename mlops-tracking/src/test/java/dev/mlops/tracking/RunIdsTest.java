package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RunIdsTest {

  private static final long YEAR_3000 = 32_503_680_000_000L;

  @Property
  void areInTheOrderOfTheirTimes(
      @ForAll @LongRange(min = 0, max = YEAR_3000) long one,
      @ForAll @LongRange(min = 0, max = YEAR_3000) long other) {
    String first = RunIds.next(Math.min(one, other));
    String second = RunIds.next(Math.max(one, other));
    assertThat(first).matches("[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}");
    assertThat(first.substring(0, 12)).isLessThanOrEqualTo(second.substring(0, 12));
    assertThat(Long.parseLong(first.substring(0, 12), 16)).isEqualTo(Math.min(one, other));
  }

  @Test
  void ofOneMillisecondAreDifferent() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      assertThat(ids.add(RunIds.next(1_000_000))).isTrue();
    }
  }
}
