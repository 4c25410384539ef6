package dev.mlops.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static final Set<BigInteger> ROUND =
      Set.of(BigInteger.ONE, BigInteger.TWO, BigInteger.valueOf(5));

  /** Over the whole range of doubles: from each to each other by their bits. */
  @Property(tries = 500)
  void ticks_cover_the_data_and_are_round(
      @ForAll long first, @ForAll long second, @ForAll @IntRange(min = 2, max = 20) int most) {
    double a = Double.longBitsToDouble(first);
    double b = Double.longBitsToDouble(second);
    if (!(Math.abs(a) < 1e300) || !(Math.abs(b) < 1e300)) {
      return;
    }
    covered(Steps.widened(Math.min(a, b), Math.max(a, b)), most);
  }

  @Property(tries = 500)
  void ticks_cover_usual_data_and_are_round(
      @ForAll @DoubleRange(min = -1000, max = 1000) double low,
      @ForAll @DoubleRange(min = 0, max = 100) double span,
      @ForAll @IntRange(min = 2, max = 20) int most) {
    covered(Steps.widened(low, low + span), most);
  }

  private static void covered(Range range, int most) {
    BigDecimal step = Unit.number().step(range.span(), most);
    List<BigDecimal> ticks = Steps.covering(range, step);
    assertThat(ROUND).contains(step.stripTrailingZeros().unscaledValue());
    assertThat(ticks).hasSizeBetween(2, most + 2);
    assertThat(ticks.get(0)).isLessThanOrEqualTo(new BigDecimal(range.low()));
    assertThat(ticks.get(ticks.size() - 1)).isGreaterThanOrEqualTo(new BigDecimal(range.high()));
    assertThat(ticks).allMatch(tick -> tick.remainder(step).signum() == 0);
    assertThat(ticks.stream().map(tick -> Unit.number().tick(tick, step))).doesNotHaveDuplicates();
  }

  @Property(tries = 300)
  void every_unit_writes_its_ticks_differently(
      @ForAll @DoubleRange(min = 0, max = 1e7) double low,
      @ForAll @DoubleRange(min = 0.01, max = 1e7) double span) {
    Range range = Steps.widened(low, low + span);
    for (Unit unit : List.of(Unit.share(), Unit.seconds(), Unit.bytes())) {
      BigDecimal step = unit.step(range.span(), 6);
      List<BigDecimal> ticks = Steps.covering(range, step);
      assertThat(ticks).hasSizeLessThanOrEqualTo(8);
      if (unit != Unit.bytes() || low < 100 * span) {
        assertThat(ticks.stream().map(tick -> unit.tick(tick, step))).doesNotHaveDuplicates();
      }
    }
  }

  @Property(tries = 500)
  void times_have_round_ticks(
      @ForAll @LongRange(min = -60_000_000_000L, max = 60_000_000_000L) long from,
      @ForAll @IntRange(min = -3, max = 9) int magnitude,
      @ForAll @DoubleRange(min = 1, max = 10) double size,
      @ForAll @IntRange(min = 2, max = 12) int most) {
    Range range = new Range(from, from + size * Math.pow(10, magnitude));
    List<Tick> ticks = CalendarTicks.within(range, most);
    assertThat(ticks).hasSizeLessThanOrEqualTo(most + 2);
    assertThat(ticks).allMatch(tick -> tick.value() >= range.low() && tick.value() <= range.high());
    assertThat(ticks.stream().map(Tick::value)).isSorted().doesNotHaveDuplicates();
    if (size >= 5) {
      assertThat(CalendarTicks.within(range, 12)).isNotEmpty();
    }
  }

  private static List<String> labels(String from, String to, int most) {
    double low = Unit.seconds(Instant.parse(from));
    double high = Unit.seconds(Instant.parse(to));
    return CalendarTicks.within(new Range(low, high), most).stream()
        .map(tick -> tick.label() + (tick.context().isEmpty() ? "" : "/" + tick.context()))
        .toList();
  }

  @Test
  void times_as_people_write_them() {
    assertThat(labels("2001-04-01T21:00:00Z", "2001-04-02T04:00:00Z", 4))
        .containsExactly("22:00/1 Apr 2001", "00:00/2 Apr 2001", "02:00", "04:00");
    assertThat(labels("2001-12-30T12:00:00Z", "2002-01-02T12:00:00Z", 4))
        .containsExactly("31 Dec/2001", "1 Jan/2002", "2 Jan");
    assertThat(labels("2001-06-01T00:00:00Z", "2001-06-30T00:00:00Z", 5))
        .containsExactly("4 Jun/2001", "11 Jun", "18 Jun", "25 Jun"); // Mondays
    assertThat(labels("2000-11-15T00:00:00Z", "2001-07-01T00:00:00Z", 4))
        .containsExactly("Jan/2001", "Apr", "Jul");
    assertThat(labels("1995-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 4))
        .containsExactly("2000", "2010", "2020");
    assertThat(labels("2001-04-01T06:00:00.05Z", "2001-04-01T06:00:00.35Z", 4))
        .containsExactly("06:00:00.1/1 Apr 2001", "06:00:00.2", "06:00:00.3");
  }

  private static List<String> ticks(Unit unit, double low, double high, int most) {
    Range range = Steps.widened(low, high);
    BigDecimal step = unit.step(range.span(), most);
    return Steps.covering(range, step).stream().map(tick -> unit.tick(tick, step)).toList();
  }

  @Test
  void ticks_with_their_units() {
    assertThat(ticks(Unit.share(), 0.19, 0.3, 4)).containsExactly("15 %", "20 %", "25 %", "30 %");
    assertThat(ticks(Unit.seconds(), 0.001, 0.0034, 3))
        .containsExactly("1 ms", "2 ms", "3 ms", "4 ms");
    assertThat(ticks(Unit.seconds(), 100, 200, 4))
        .containsExactly("1 min 30 s", "2 min", "2 min 30 s", "3 min", "3 min 30 s");
    assertThat(ticks(Unit.bytes(), 0, 3000, 3))
        .containsExactly("0 bytes", "1 KiB", "2 KiB", "3 KiB");
    assertThat(ticks(Unit.number(), 0, 264_775, 3))
        .containsExactly("0", "100,000", "200,000", "300,000");
    assertThat(ticks(Unit.number(), 5, 5, 4)).containsExactly("4.5", "5.0", "5.5");
    assertThat(ticks(Unit.number(), 0, 0, 2)).containsExactly("0.0", "0.5", "1.0");
  }
}
