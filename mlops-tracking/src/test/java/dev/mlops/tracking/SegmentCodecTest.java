package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.MlopsException;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SegmentCodecTest {

  /**
   * Written by version 1: steps 0, 1, -5 at microseconds 1000000, 1000007, 0 with the values 0.5,
   * NaN, -infinity.
   */
  private static final byte[] VERSION_1 =
      Base64.getDecoder().decode("AQMAgIl6P+AAAAAAAAACDn/4AAAAAAAAC42Jev/wAAAAAAAAO78Zaw");

  private static final String DAMAGED =
      "stored points are damaged; put back a copy of the database, or delete the run";

  @Test
  void refuses_every_changed_bit() {
    for (int bit = 0; bit < VERSION_1.length * 8; bit++) {
      byte[] flipped = VERSION_1.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> SegmentCodec.unpack(flipped)).isInstanceOf(MlopsException.class);
    }
  }

  @Test
  void reads_what_version_1_wrote() {
    Points points = new Points();
    points.add(0, 1_000_000, 0.5);
    points.add(1, 1_000_007, Double.NaN);
    points.add(-5, 0, Double.NEGATIVE_INFINITY);
    assertThat(SegmentCodec.pack(points)).isEqualTo(VERSION_1);
    assertThat(SegmentCodec.unpack(VERSION_1).point(2)).isEqualTo(points.point(2));
  }

  @Test
  void takes_about_12_bytes_a_point() {
    Points points = new Points();
    for (int step = 0; step < 1_000; step++) {
      points.add(step, 1_000_000_000_000_000L + step * 250L, 1.0 / (1 + step));
    }
    assertThat(SegmentCodec.pack(points).length).isLessThan(12_000);
  }

  @Test
  void refuses_what_it_did_not_write() {
    assertThatThrownBy(() -> SegmentCodec.unpack(new byte[] {1, 7}))
        .isInstanceOf(StorageException.class)
        .hasMessage(DAMAGED);
    assertThatThrownBy(() -> SegmentCodec.unpack(Arrays.copyOf(VERSION_1, 15)))
        .isInstanceOf(StorageException.class)
        .hasMessage(DAMAGED);
    assertThatThrownBy(() -> SegmentCodec.unpack(new byte[] {2, 0}))
        .isInstanceOf(NewerFormException.class)
        .hasMessage(
            "cannot read a metric segment: form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
  }
}
