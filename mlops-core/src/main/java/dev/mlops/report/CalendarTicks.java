package dev.mlops.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Ticks of a time axis, in UTC: at round times of a day, at midnights, Mondays, months, years. */
final class CalendarTicks {
  private static final int DAYS_OF_WEEK = 7;
  private static final int[] MONTHS = {1, 2, 3, 6};
  private static final double SECONDS_OF_DAY = 86_400;
  private static final double SECONDS_OF_MONTH = 28 * SECONDS_OF_DAY;
  private static final double SECONDS_OF_YEAR = 365 * SECONDS_OF_DAY;

  /** About 95,000 years. */
  private static final double FARTHEST = 3e12;

  private CalendarTicks() {}

  static boolean canShow(Range range) {
    return range.low() > -FARTHEST && range.high() < FARTHEST;
  }

  /** At most so many and one ticks within a range of seconds since 1970. */
  static List<Tick> within(Range range, int most) {
    double least = (range.high() - range.low()) / most;
    if (least <= SECONDS_OF_DAY / 2) {
      return ofDay(range, most);
    }
    for (int days : new int[] {1, 2, DAYS_OF_WEEK, 2 * DAYS_OF_WEEK}) {
      if (days * SECONDS_OF_DAY >= least) {
        return days(range, days);
      }
    }
    for (int months : MONTHS) {
      if (months * SECONDS_OF_MONTH >= least) {
        return months(range, months);
      }
    }
    BigDecimal years =
        range.span().divide(BigDecimal.valueOf(SECONDS_OF_YEAR), MathContext.DECIMAL64);
    return years(range, Steps.decimal(years, most).max(BigDecimal.ONE).longValueExact());
  }

  private static List<Tick> ofDay(Range range, int most) {
    BigDecimal step = Steps.duration(range.span(), most);
    String clock =
        step.compareTo(BigDecimal.ONE) < 0
            ? "HH:mm:ss." + "S".repeat(Math.min(9, step.stripTrailingZeros().scale()))
            : step.compareTo(DurationParts.MINUTE) < 0 ? "HH:mm:ss" : "HH:mm";
    List<Double> places = Steps.within(range, step).stream().map(BigDecimal::doubleValue).toList();
    return labelled(places, clock, "d MMM uuuu");
  }

  private static List<Tick> days(Range range, int step) {
    long first = (long) Math.ceil(range.low() / SECONDS_OF_DAY);
    // 1970-01-05 was a Monday.
    long from = step % DAYS_OF_WEEK == 0 ? roundUp(first - 4, step) + 4 : roundUp(first, step);
    List<Double> places = new ArrayList<>();
    for (long day = from; day * SECONDS_OF_DAY <= range.high(); day += step) {
      places.add(day * SECONDS_OF_DAY);
    }
    return labelled(places, "d MMM", "uuuu");
  }

  private static List<Tick> months(Range range, int step) {
    LocalDate first = Unit.instant(range.low()).atOffset(ZoneOffset.UTC).toLocalDate();
    LocalDate month = LocalDate.of(first.getYear(), 1, 1);
    List<Double> places = new ArrayList<>();
    for (; seconds(month) <= range.high(); month = month.plusMonths(step)) {
      if (seconds(month) >= range.low()) {
        places.add(seconds(month));
      }
    }
    return labelled(places, "MMM", "uuuu");
  }

  private static List<Tick> years(Range range, long step) {
    long first = Unit.instant(range.low()).atOffset(ZoneOffset.UTC).getYear();
    List<Double> places = new ArrayList<>();
    LocalDate year = LocalDate.of((int) roundUp(first, step), 1, 1);
    for (; seconds(year) <= range.high(); year = year.plusYears(step)) {
      if (seconds(year) >= range.low()) {
        places.add(seconds(year));
      }
    }
    return labelled(places, "uuuu", "");
  }

  private static double seconds(LocalDate day) {
    return day.toEpochDay() * SECONDS_OF_DAY;
  }

  private static long roundUp(long value, long step) {
    return -Math.floorDiv(-value, step) * step;
  }

  private static List<Tick> labelled(List<Double> places, String label, String context) {
    DateTimeFormatter fine = DateTimeFormatter.ofPattern(label, Locale.ENGLISH);
    DateTimeFormatter coarse = DateTimeFormatter.ofPattern(context, Locale.ENGLISH);
    List<Tick> ticks = new ArrayList<>();
    String before = "";
    for (double place : places) {
      Instant rounded = Unit.instant(place).plusNanos(50).truncatedTo(ChronoUnit.MICROS);
      OffsetDateTime time = rounded.atOffset(ZoneOffset.UTC);
      String now = context.isEmpty() ? "" : coarse.format(time);
      ticks.add(new Tick(place, fine.format(time), now.equals(before) ? "" : now));
      before = now;
    }
    return ticks;
  }
}
