package dev.mlops.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import org.junit.jupiter.api.Test;

class TimeWindowTest {
  private static final Instant MAY = Instant.parse("2001-05-17T13:47:00Z");

  @Test
  void is_half_open() {
    TimeWindow may = TimeWindow.month(2001, 5);
    assertThat(may.contains(Instant.parse("2001-05-01T00:00:00Z"))).isTrue();
    assertThat(may.contains(Instant.parse("2001-06-01T00:00:00Z"))).isFalse();
    assertThat(may.length()).isEqualTo(Duration.ofDays(31));
  }

  @Test
  void has_ends_of_whole_microseconds_as_the_times_in_it_have() {
    TimeWindow window = TimeWindow.of(MAY.plusNanos(1_999), MAY.plusNanos(5_001));
    assertThat(window).isEqualTo(new TimeWindow(MAY.plusNanos(1_000), MAY.plusNanos(5_000)));
    assertThat(window.contains(MAY.plusNanos(1_000))).isTrue();
  }

  @Test
  void is_called_by_its_month_or_day_or_ends() {
    assertThat(TimeWindow.month(2001, 5)).hasToString("2001-05");
    assertThat(TimeWindow.day(LocalDate.of(2001, 5, 17))).hasToString("2001-05-17");
    assertThat(TimeWindow.of(MAY, MAY.plusSeconds(60)))
        .hasToString("2001-05-17T13:47:00Z/2001-05-17T13:48:00Z");
  }

  @Test
  void around_an_instant_follows_the_calendar_of_its_step() {
    assertThat(TimeWindow.around(MAY, Period.ofMonths(1))).hasToString("2001-05");
    assertThat(TimeWindow.around(MAY, Period.ofYears(1)).from()).isEqualTo("2001-01-01T00:00:00Z");
    assertThat(TimeWindow.around(MAY, Period.ofWeeks(1)))
        .hasToString("2001-05-17T00:00:00Z/2001-05-24T00:00:00Z");
    assertThat(TimeWindow.around(MAY, Duration.ofHours(6)))
        .hasToString("2001-05-17T12:00:00Z/2001-05-17T18:00:00Z");
    assertThat(TimeWindow.around(Instant.EPOCH.minusSeconds(1), Duration.ofHours(1)).to())
        .isEqualTo(Instant.EPOCH);
  }

  @Test
  void the_next_one_begins_where_it_ends() {
    assertThat(
            TimeWindow.month(2001, 1)
                .following(Instant.parse("2001-02-28T23:59:59Z"), Period.ofMonths(1)))
        .hasToString("2001-02");
  }

  @Test
  void refuses_ends_in_the_wrong_order_and_steps_of_nothing() {
    assertThatThrownBy(() -> TimeWindow.of(MAY, MAY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no window from 2001-05-17T13:47:00Z to 2001-05-17T13:47:00Z");
    assertThatThrownBy(() -> TimeWindow.around(MAY, Duration.ZERO))
        .hasMessage("a step must be at least a microsecond: 0 seconds");
    assertThatThrownBy(() -> TimeWindow.around(MAY, Period.ofDays(-1)))
        .hasMessage("a step must be positive: -1 days");
  }
}
