package dev.mlops.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactlyTest {
  private static final Map<String, BigDecimal> SECONDS =
      Map.of(
          "day", BigDecimal.valueOf(86_400),
          "hour", BigDecimal.valueOf(3_600),
          "minute", BigDecimal.valueOf(60),
          "second", BigDecimal.ONE,
          "millisecond", BigDecimal.valueOf(1, 3),
          "microsecond", BigDecimal.valueOf(1, 6),
          "nanosecond", BigDecimal.valueOf(1, 9));

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 seconds",
    "PT1S, 1 second",
    "PT168H, 7 days",
    "PT24H, 1 day",
    "PT1H30M, 1 hour 30 minutes",
    "PT48H3S, 2 days 3 seconds",
    "PT1M0.5S, 1 minute 0.5 seconds",
    "PT2.5S, 2.5 seconds",
    "PT0.5S, 500 milliseconds",
    "PT0.001S, 1 millisecond",
    "PT0.0015S, 1.5 milliseconds",
    "PT0.00000001S, 10 nanoseconds",
    "PT0.000000001S, 1 nanosecond",
    "PT-0.02S, -20 milliseconds",
    "PT-1H-1M, -1 hour 1 minute",
    "PT876000H, '36,500 days'",
    "PT2562047788015215H30M7.999999999S, '106,751,991,167,300 days 15 hours 30 minutes 7.999999999 seconds'",
    "PT-2562047788015215H-30M-8S, '-106,751,991,167,300 days 15 hours 30 minutes 8 seconds'",
  })
  void durations(Duration duration, String text) {
    assertThat(Exactly.duration(duration)).isEqualTo(text);
    assertThat(read(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({
    "P0D, 0 days",
    "P1M, 1 month",
    "P2Y3D, 2 years 3 days",
    "P-1D, -1 days",
    "P10000D, '10,000 days'",
  })
  void periods(Period period, String text) {
    assertThat(Exactly.period(period)).isEqualTo(text);
  }

  @Property(tries = 1000)
  void every_duration_can_be_read_back(
      @ForAll long seconds, @ForAll @IntRange(max = 999_999_999) int nanos) {
    isReadBack(Duration.ofSeconds(seconds, nanos));
  }

  @Property(tries = 1000)
  void every_short_duration_can_be_read_back(@ForAll int nanos, @ForAll int micros) {
    isReadBack(Duration.ofNanos(nanos));
    isReadBack(Duration.ofNanos(1_000L * micros));
  }

  private static void isReadBack(double number) {
    assertThat(Double.parseDouble(Exactly.number(number).replace(",", "")))
        .isEqualTo(Double.valueOf(number + 0.0));
    assertThat(Double.parseDouble(Exactly.typed(number))).isEqualTo(Double.valueOf(number + 0.0));
  }

  private static void isReadBack(Duration duration) {
    assertThat(read(Exactly.duration(duration))).isEqualTo(duration);
  }

  private static Duration read(String text) {
    boolean negative = text.startsWith("-");
    List<String> words = List.of(text.substring(negative ? 1 : 0).replace(",", "").split(" "));
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < words.size(); i += 2) {
      BigDecimal count = new BigDecimal(words.get(i));
      boolean isOne = count.compareTo(BigDecimal.ONE) == 0;
      String unit = words.get(i + 1);
      assertThat(unit.endsWith("s")).as(text).isEqualTo(!isOne);
      sum = sum.add(count.multiply(SECONDS.get(isOne ? unit : unit.replaceAll("s$", ""))));
    }
    BigDecimal[] parts =
        (negative ? sum.negate() : sum).movePointRight(9).divideAndRemainder(BigDecimal.TEN.pow(9));
    return Duration.ofSeconds(parts[0].longValueExact()).plusNanos(parts[1].longValueExact());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "1, 1",
    "0.25, 0.25",
    "-2.5, -2.5",
    "1000, '1,000'",
    "36500, '36,500'",
    "12345.678, '12,345.678'",
    "1e15, '1,000,000,000,000,000'",
    "9007199254740991, '9,007,199,254,740,991'",
    "1e16, 1e16",
    "1e300, 1e300",
    "-1.25e300, -1.25e300",
    "1.7976931348623157e308, 1.7976931348623157e308",
    "0.001, 0.001",
    "0.000001, 0.000001",
    "1.5e-7, 1.5e-7",
    "NaN, NaN",
    "Infinity, Infinity",
    "-Infinity, -Infinity",
  })
  void numbers(double number, String text) {
    assertThat(Exactly.number(number)).isEqualTo(text);
    assertThat(Exactly.typed(number)).isEqualTo(text.replace(",", ""));
  }

  @Property(tries = 1000)
  void every_number_can_be_read_back(@ForAll long bits, @ForAll int whole) {
    isReadBack(Double.longBitsToDouble(bits));
    isReadBack(whole);
    isReadBack(whole / 1_000.0);
  }

  @Test
  void a_float_has_no_digits_of_a_double() {
    assertThat(Exactly.value(0.1f)).isEqualTo("0.1");
    assertThat(Exactly.value(Float.NaN)).isEqualTo("NaN");
  }

  @Test
  void values() {
    assertThat(Exactly.value(Duration.ofDays(7))).isEqualTo("7 days");
    assertThat(Exactly.value(Period.ofMonths(1))).isEqualTo("1 month");
    assertThat(Exactly.value(1e300)).isEqualTo("1e300");
    assertThat(Exactly.value(36_500)).isEqualTo("36,500");
    assertThat(Exactly.value(36_500L)).isEqualTo("36,500");
    assertThat(Exactly.value("PT1H")).isEqualTo("PT1H");
    assertThat(Exactly.value(null)).isEqualTo("null");
    assertThat(Exactly.value(List.of("a", "b"))).isEqualTo("[a, b]");
  }
}
