package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.MlopsException;
import dev.mlops.error.NewerFormException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnCodecTest {

  /** Written by version 1: one column of 0.5, NaN, nothing. */
  private static final String NUMBERS = "0103013fe00000000000007ff80000000000007ff86e6f7468696e";

  /** Written by version 1: a, nothing, é, a. */
  private static final String TEXTS = "0102016102c3a90401000201";

  /**
   * Written by version 1: runs 7, 9; from 1000 to 2000 and from 900 on; the second is below x,
   * deleted.
   */
  private static final String BASE = "01020ed00fd00f0004c701f8f1ffffffffffffff0101010178020001";

  private static byte[] checked(String hex, byte[] written) {
    String prefix = HexFormat.of().formatHex(Arrays.copyOf(written, written.length - 4));
    assertThat(prefix).isEqualTo(hex);
    return written;
  }

  private static byte[] texts() {
    TextColumn.Builder texts = new TextColumn.Builder(4);
    texts.put(0, "a");
    texts.put(2, "é");
    texts.put(3, "a");
    return ColumnCodec.packTexts(texts.build());
  }

  @Test
  void keepsNumbersNaNAndNothingApart() {
    double[] values = NumberColumn.empty(3);
    values[0] = 0.5;
    values[1] = NumberColumn.of(NumberColumn.NOTHING); // Not a number, whatever its bits.
    NumberColumn read =
        ColumnCodec.unpackNumbers(checked(NUMBERS, ColumnCodec.packNumbers(List.of(values))))
            .get(0);
    assertThat(read.value(0)).isEqualTo(0.5);
    assertThat(read.has(1)).isTrue();
    assertThat(read.value(1)).isNaN();
    assertThat(read.has(2)).isFalse();
  }

  @Test
  void keepsTexts() {
    TextColumn read = ColumnCodec.unpackTexts(checked(TEXTS, texts()));
    assertThat(read.text(0)).isEqualTo("a");
    assertThat(read.text(1)).isNull();
    assertThat(read.text(2)).isEqualTo("é");
    assertThat(read.code(3)).isEqualTo(read.code(0));
  }

  @Test
  void keepsWhatEachRunHas() {
    RunBase base =
        RunBase.of(
            List.of(
                new RunBase.Row(7, 1_000, 2_000, null, false),
                new RunBase.Row(9, 900, RunBase.NONE, "x", true)));
    RunBase read = ColumnCodec.unpackBase(checked(BASE, ColumnCodec.packBase(base)));
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.id(1)).isEqualTo(9);
    assertThat(read.start(0)).isEqualTo(1_000);
    assertThat(read.end(0)).isEqualTo(2_000);
    assertThat(read.end(1)).isEqualTo(RunBase.NONE);
    assertThat(read.deleted(0)).isFalse();
    assertThat(read.deleted(1)).isTrue();
    assertThat(read.parents().has(0)).isFalse();
    assertThat(read.parents().text(1)).isEqualTo("x");
  }

  @Test
  void refusesEveryChangedBit() {
    byte[] packed = texts();
    for (int bit = 0; bit < packed.length * 8; bit++) {
      byte[] flipped = packed.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> ColumnCodec.unpackTexts(flipped)).isInstanceOf(MlopsException.class);
    }
  }

  @Test
  void refusesANewerForm() {
    assertThatThrownBy(() -> ColumnCodec.unpackTexts(new byte[] {2, 0}))
        .isInstanceOf(NewerFormException.class)
        .hasMessage(
            "cannot read a block of runs: form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
  }
}
