package dev.mlops.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.error.Plural;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InWordsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "0.000000001, 1 ns",
    "0.00000085, 850 ns",
    "0.0000123, 12.3 µs",
    "0.0014, 1.4 ms",
    "0.9994, 999 ms",
    "0.9996, 1 s",
    "1, 1 s",
    "12.34, 12.3 s",
    "59.94, 59.9 s",
    "59.96, 1 min",
    "200, 3 min 20 s",
    "3599.6, 1 h",
    "3600, 1 h",
    "7500, 2 h 5 min",
    "86399, 1 d",
    "187200, 2 d 4 h",
    "315360000, '3,650 d'",
    "-200, -3 min 20 s",
    "NaN, NaN",
    "1e-12, 0.001 ns",
  })
  void durations(double seconds, String text) {
    assertThat(InWords.seconds(seconds)).isEqualTo(text);
  }

  @Test
  void a_duration_of_the_jdk() {
    assertThat(InWords.duration(Duration.ofSeconds(200))).isEqualTo("3 min 20 s");
    assertThat(InWords.duration(Duration.ofNanos(1_400_000))).isEqualTo("1.4 ms");
    assertThat(InWords.duration(Duration.ofSeconds(Long.MAX_VALUE))).endsWith(" h");
    assertThat(InWords.duration(Duration.ofSeconds(Long.MIN_VALUE))).startsWith("-1");
  }

  /** Read back, a duration is within half of its last unit. */
  @Property(tries = 1000)
  void no_duration_is_off_by_more_than_its_last_unit(
      @ForAll @LongRange(min = 1_000_000_000L, max = 10_000_000_000_000_000L) long nanos) {
    double seconds = nanos / 1e9;
    double read = 0;
    String text = InWords.duration(Duration.ofNanos(nanos)).replace(",", "");
    String[] parts = Pattern.compile(" ").splitAsStream(text).toArray(String[]::new);
    for (int i = 0; i < parts.length; i += 2) {
      double unit =
          switch (parts[i + 1]) {
            case "d" -> 86_400;
            case "h" -> 3_600;
            case "min" -> 60;
            default -> 1;
          };
      read += Double.parseDouble(parts[i]) * unit;
    }
    double half = seconds < 60 ? seconds / 200 : seconds < 3600 ? 0.5 : seconds < 86400 ? 30 : 1800;
    assertThat(Math.abs(read - seconds)).isLessThanOrEqualTo(half * 1.0001);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "5000, '5,000'",
    "1234567.8, '1,234,568'",
    "0.25, 0.25",
    "30.20721, 30.2072",
    "0.00001234, 0.00001234",
    "0.0000001234, 1.234e-7",
    "1e20, 1e20",
    "NaN, NaN",
    "-Infinity, -Infinity"
  })
  void numbers(double value, String text) {
    assertThat(InWords.number(value)).isEqualTo(text);
  }

  @Test
  void counts_shares_and_sizes() {
    assertThat(Plural.of(1, "row")).isEqualTo("1 row");
    assertThat(Plural.of(264_775, "row")).isEqualTo("264,775 rows");
    assertThat(InWords.percent(0.999)).isEqualTo("99.9 %");
    assertThat(InWords.percent(Double.NaN)).isEqualTo("NaN");
    assertThat(InWords.bytes(1)).isEqualTo("1 byte");
    assertThat(InWords.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(InWords.bytes(1_048_575)).isEqualTo("1 MiB");
    assertThat(InWords.bytes(Long.MAX_VALUE)).isEqualTo("8 EiB");
  }

  @Test
  void times() {
    assertThat(InWords.time(Instant.parse("2001-04-01T00:00:00Z"))).isEqualTo("2001-04-01");
    assertThat(InWords.time(Instant.parse("2001-04-01T06:05:00Z")))
        .isEqualTo("2001-04-01 06:05 UTC");
    assertThat(InWords.time(Instant.parse("2001-04-01T06:05:07.9Z")))
        .isEqualTo("2001-04-01 06:05:07 UTC");
    assertThat(InWords.time(Instant.MAX)).isEqualTo(Instant.MAX.toString());
  }
}
