package dev.mlops.monitoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAmount;

/**
 * A stretch of time, half open.
 *
 * @param from its begin, included, rounded down to the microsecond
 * @param to its end, excluded, after the begin, rounded down to the microsecond
 */
public record TimeWindow(Instant from, Instant to) {
  /**
   * Checks the order of the ends.
   *
   * @throws IllegalArgumentException if the end is not after the begin
   * @param from its begin, included
   * @param to its end, excluded, after the begin
   */
  public TimeWindow {
    from = requireNonNull(from, "from").truncatedTo(ChronoUnit.MICROS);
    to = requireNonNull(to, "to").truncatedTo(ChronoUnit.MICROS);
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("no window from " + from + " to " + to);
    }
  }

  /**
   * Returns the window between two instants.
   *
   * @param from its begin, included
   * @param to its end, excluded
   * @return the window
   * @throws IllegalArgumentException if the end is not after the begin
   */
  public static TimeWindow of(Instant from, Instant to) {
    return new TimeWindow(from, to);
  }

  /**
   * Returns a month in UTC.
   *
   * @param year the year, such as 2001
   * @param month the month, 1 to 12
   * @return the window
   * @throws DateTimeException if there is no such month
   */
  public static TimeWindow month(int year, int month) {
    if (month < 1 || month > 12) {
      throw new IllegalArgumentException("a month is 1 to 12: " + month);
    }
    YearMonth own = YearMonth.of(year, month);
    return between(own.atDay(1), own.plusMonths(1).atDay(1));
  }

  /**
   * Returns a day in UTC.
   *
   * @param day the day
   * @return the window
   */
  public static TimeWindow day(LocalDate day) {
    requireNonNull(day, "day");
    return between(day, day.plusDays(1));
  }

  private static TimeWindow between(LocalDate from, LocalDate to) {
    return new TimeWindow(start(from), start(to));
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * The window of a regular calendar that an instant falls into: multiples of a duration count from
   * the epoch, months and years from their first day, other periods from the day the instant is in.
   */
  static TimeWindow around(Instant time, TemporalAmount step) {
    ZonedDateTime start = start(time, step).atZone(ZoneOffset.UTC);
    return new TimeWindow(start.toInstant(), start.plus(step).toInstant());
  }

  /**
   * The window of the same regular calendar that a later instant falls into: so many steps on from
   * this one, found at once however far away it is.
   */
  TimeWindow following(Instant time, TemporalAmount step) {
    if (step instanceof Duration) {
      return around(time, step);
    }
    Period period = Period.from(step);
    ZonedDateTime begin = from.atZone(ZoneOffset.UTC);
    ZonedDateTime end = time.atZone(ZoneOffset.UTC);
    long days = ChronoUnit.DAYS.between(begin, end);
    // The longest that a step can be, so that the jump never goes too far.
    long longest = 31L * Math.abs(period.toTotalMonths()) + Math.abs(period.get(ChronoUnit.DAYS));
    long steps = Math.max(0, days / longest);
    TimeWindow window = of(begin, steps, period);
    while (!window.contains(time)) {
      steps++;
      window = of(begin, steps, period);
    }
    return window;
  }

  private static TimeWindow of(ZonedDateTime begin, long steps, Period period) {
    return new TimeWindow(
        plus(begin, steps, period).toInstant(), plus(begin, steps + 1, period).toInstant());
  }

  private static ZonedDateTime plus(ZonedDateTime begin, long steps, Period period) {
    return begin.plus(period.multipliedBy(Math.toIntExact(steps)));
  }

  private static Instant start(Instant time, TemporalAmount step) {
    if (step instanceof Duration duration) {
      long length =
          ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(positive(duration)));
      long since = ChronoUnit.MICROS.between(Instant.EPOCH, time);
      return Instant.EPOCH.plus(Math.floorDiv(since, length) * length, ChronoUnit.MICROS);
    }
    Period period = positive(Period.from(step));
    LocalDate day = LocalDate.ofInstant(time, ZoneOffset.UTC);
    if (period.getDays() == 0) {
      day = period.getMonths() == 0 ? day.withDayOfYear(1) : day.withDayOfMonth(1);
    }
    return start(day);
  }

  private static Duration positive(Duration step) {
    if (step.compareTo(Duration.ofNanos(1000)) < 0) {
      throw new IllegalArgumentException(
          "a step must be at least a microsecond: " + Exactly.duration(step));
    }
    return step;
  }

  private static Period positive(Period step) {
    if (step.isZero() || step.isNegative()) {
      throw new IllegalArgumentException("a step must be positive: " + Exactly.period(step));
    }
    return step;
  }

  /**
   * Returns the window's length.
   *
   * @return the time from begin to end
   */
  public Duration length() {
    return Duration.between(from, to);
  }

  /**
   * Tells whether an instant lies in the window.
   *
   * @param time the instant
   * @return whether {@code from <= time < to}
   */
  public boolean contains(Instant time) {
    requireNonNull(time, "time");
    return !time.isBefore(from) && time.isBefore(to);
  }

  /**
   * Returns the window in words.
   *
   * @return {@code 2001-04} for a month, {@code 2001-04-01} for a day, else both ends separated by
   *     a slash
   */
  @Override
  public String toString() {
    LocalDate day = LocalDate.ofInstant(from, ZoneOffset.UTC);
    if (equals(month(day.getYear(), day.getMonthValue()))) {
      return YearMonth.from(day).toString();
    }
    return equals(day(day)) ? day.toString() : from + "/" + to;
  }
}
