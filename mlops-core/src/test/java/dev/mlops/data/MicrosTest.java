package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MicrosTest {
  @Property
  void come_back_from_their_instant(@ForAll long micros) {
    assertThat(Micros.floor(Micros.instant(micros))).isEqualTo(micros);
  }

  @Test
  void reach_from_the_smallest_to_the_largest() {
    assertThat(Micros.floor(Micros.instant(Long.MIN_VALUE))).isEqualTo(Long.MIN_VALUE);
    assertThat(Micros.floor(Micros.instant(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void cut_off_what_is_finer() {
    assertThat(Micros.floor(Instant.parse("1970-01-01T00:00:00.000001999Z"))).isEqualTo(1);
    assertThat(Micros.floor(Instant.parse("1969-12-31T23:59:59.999999999Z"))).isEqualTo(-1);
  }

  @Test
  void refuse_what_is_out_of_range() {
    Instant late = Micros.instant(Long.MAX_VALUE).plusNanos(1_000);
    assertThatThrownBy(() -> Micros.floor(late))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "time +294247-01-10T04:00:54.775808Z does not fit 64 bits of epoch microseconds; years -290307 to 294246 do");
  }
}
