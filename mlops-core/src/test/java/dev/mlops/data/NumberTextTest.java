package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NumberTextTest {

  private final NumberText number = new NumberText();

  private boolean real(String text) {
    return number.parseReal(text.toCharArray(), 0, text.length()) == null;
  }

  private boolean whole(String text) {
    return number.parseLong(text.toCharArray(), 0, text.length()) == null;
  }

  @Property
  void reads_every_double_as_the_platform_does(@ForAll double value) {
    assertThat(real(Double.toString(value))).isTrue();
    assertThat(number.toDouble()).isEqualTo(value);
    assertThat(number.toFloat()).isEqualTo(Float.parseFloat(Double.toString(value)));
  }

  @Provide
  Arbitrary<String> decimals() {
    return Arbitraries.longs()
        .flatMap(
            digits -> Arbitraries.integers().between(0, 12).map(scale -> Tuple.of(digits, scale)))
        .map(pair -> new BigDecimal(BigInteger.valueOf(pair.get1()), pair.get2()).toPlainString());
  }

  @Property
  void rounds_every_decimal_as_the_platform_does(
      @ForAll("decimals") String text, @ForAll @IntRange(min = -30, max = 30) int power) {
    for (String numeral : new String[] {text, text + "e" + power}) {
      assertThat(real(numeral)).isTrue();
      assertThat(number.toDouble()).isEqualTo(Double.parseDouble(numeral));
      assertThat(number.toFloat()).isEqualTo(Float.parseFloat(numeral));
    }
  }

  @Property
  void reads_every_long(@ForAll long value) {
    assertThat(whole(Long.toString(value))).isTrue();
    assertThat(number.whole()).isEqualTo(value);
  }

  @Test
  void refuses_what_is_no_number() {
    for (String text :
        new String[] {
          "", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "0x1p3", "1d", "1f", " 1", "1 ", "1_000",
          "--1", "nano", "١"
        }) {
      assertThat(real(text)).as(text).isFalse();
      assertThat(whole(text)).as(text).isFalse();
    }
    assertThat(whole("9223372036854775808")).isFalse();
    assertThat(whole("-9223372036854775809")).isFalse();
    assertThat(real("-inf")).isTrue();
    assertThat(number.toDouble()).isEqualTo(Double.NEGATIVE_INFINITY);
  }
}
