package dev.mlops.data;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads instants out of characters: ISO-8601 by hand, because files have millions of them; patterns
 * by the JDK.
 */
final class TimeText {

  static final String NO_ISO = "is no ISO-8601 time such as 2001-01-01T00:01:00Z";
  private static final String NO_ZONE = "has no time zone; say which with zone(ZoneId)";
  private static final String TOO_FINE = "is finer than a microsecond";
  private static final long MICROS = 1_000_000;

  private final @Nullable ZoneId zone;
  private final TextFormat.Overlap overlap;
  private final @Nullable DateTimeFormatter pattern;
  private final @Nullable ZoneOffset fixed;

  private char[] chars = new char[0];
  private int at;
  private int end;
  private int second;
  private int fraction;
  private boolean tooFine;
  private long micros;

  TimeText(TextFormat format) {
    this.zone = format.zone();
    this.overlap = format.overlap();
    this.pattern = format.pattern();
    this.fixed =
        zone != null && zone.getRules().isFixedOffset()
            ? zone.getRules().getOffset(Instant.EPOCH)
            : null;
  }

  /** The instant that was read, in microseconds since the epoch. */
  long micros() {
    return micros;
  }

  /** Reads an instant, or says why it cannot. */
  @Nullable String parse(char[] buffer, int from, int to) {
    if (pattern != null) {
      return parsePattern(new String(buffer, from, to - from), pattern);
    }
    boolean farAway = from < to && (buffer[from] == '+' || buffer[from] == '-');
    return farAway ? parseFarAway(new String(buffer, from, to - from)) : parseIso(buffer, from, to);
  }

  private @Nullable String parseIso(char[] buffer, int from, int to) {
    chars = buffer;
    at = from;
    end = to;
    int year = number(4);
    int month = skip('-') ? number(2) : -1;
    int day = skip('-') ? number(2) : -1;
    int hour = 0;
    int minute = 0;
    second = 0;
    fraction = 0;
    tooFine = false;
    boolean timed = at < end && (skip('T') || skip(' ') || skip('t'));
    if (timed) {
      hour = number(2);
      minute = skip(':') ? number(2) : -1;
    }
    boolean fine = !timed || !skip(':') || seconds();
    if (!fine || !isDate(year, month, day) || !isTime(hour, minute)) {
      return NO_ISO;
    }
    if (tooFine) {
      return TOO_FINE;
    }
    long local = ((daysBefore(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    return at < end && timed ? withOffset(local) : at < end ? NO_ISO : inZone(local);
  }

  /** Reads digits, or answers -1 if there are fewer. */
  private int number(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++, at++) {
      int digit = at < end ? chars[at] - '0' : -1;
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private boolean skip(char c) {
    boolean there = at < end && chars[at] == c;
    at += there ? 1 : 0;
    return there;
  }

  private boolean seconds() {
    second = number(2);
    if (second < 0 || second > 59) {
      return false;
    }
    if (!skip('.') && !skip(',')) {
      return true;
    }
    int digits = 0;
    for (; at < end && chars[at] >= '0' && chars[at] <= '9'; at++, digits++) {
      fraction = digits < 6 ? fraction * 10 + (chars[at] - '0') : fraction;
      tooFine |= digits >= 6 && chars[at] != '0';
    }
    for (int i = digits; i < 6; i++) {
      fraction *= 10;
    }
    return digits > 0;
  }

  private static boolean isDate(int year, int month, int day) {
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) {
      return false;
    }
    return day <= 28 || day <= LocalDate.of(year, month, 1).lengthOfMonth();
  }

  private static boolean isTime(int hour, int minute) {
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
  }

  /** Days from 1970-01-01 in the proleptic calendar, counted in years that begin in March. */
  private static long daysBefore(int year, int month, int day) {
    int shifted = month > 2 ? year : year - 1;
    int era = Math.floorDiv(shifted, 400);
    int yearOfEra = shifted - era * 400;
    int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146_097L
        + yearOfEra * 365L
        + yearOfEra / 4
        - yearOfEra / 100
        + dayOfYear
        - 719_468;
  }

  private @Nullable String withOffset(long local) {
    if (skip('Z') || skip('z')) {
      return at < end ? NO_ISO : put(local);
    }
    int sign = skip('+') ? 1 : skip('-') ? -1 : 0;
    int hours = sign == 0 ? -1 : number(2);
    int minutes = 0;
    int seconds = 0;
    if (skip(':') || at < end) {
      minutes = number(2);
      seconds = skip(':') ? number(2) : 0;
    }
    boolean valid =
        hours >= 0 && hours <= 18 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60;
    return valid && at == end
        ? put(local - sign * (hours * 3600L + minutes * 60L + seconds))
        : NO_ISO;
  }

  private @Nullable String put(long seconds) {
    micros = seconds * MICROS + fraction;
    return null;
  }

  /**
   * Finds the instant of a local time: none when clocks skip it; of two when clocks go back, the
   * one that the caller chose.
   */
  private @Nullable String inZone(long local) {
    if (fixed != null) {
      return put(local - fixed.getTotalSeconds());
    }
    return zone == null
        ? NO_ZONE
        : inZone(LocalDateTime.ofEpochSecond(local, fraction * 1000, ZoneOffset.UTC), zone);
  }

  private @Nullable String inZone(LocalDateTime time, ZoneId where) {
    List<ZoneOffset> offsets = where.getRules().getValidOffsets(time);
    if (offsets.isEmpty()) {
      return "does not exist in " + where + ", where clocks skip it";
    }
    if (offsets.size() > 1 && overlap == TextFormat.Overlap.REFUSED) {
      return "is there twice in "
          + where
          + ", where clocks go back; say which is meant with earlierInOverlap() or laterInOverlap()";
    }
    int chosen = overlap == TextFormat.Overlap.LATER ? offsets.size() - 1 : 0;
    return put(time.toInstant(offsets.get(chosen)));
  }

  /** Years before 0 and behind 9999, which have a sign. */
  private @Nullable String parseFarAway(String text) {
    try {
      return put(Instant.parse(text));
    } catch (DateTimeException e) {
      return NO_ISO;
    }
  }

  private @Nullable String put(Instant instant) {
    try {
      micros = Micros.floor(instant);
      return Micros.instant(micros).equals(instant) ? null : TOO_FINE;
    } catch (IllegalArgumentException e) {
      return "is too far away for microseconds in 64 bits";
    }
  }

  private @Nullable String parsePattern(String text, DateTimeFormatter format) {
    try {
      TemporalAccessor parsed = format.parse(text);
      LocalDate date = parsed.query(TemporalQueries.localDate());
      LocalTime time = parsed.query(TemporalQueries.localTime());
      ZoneId own = parsed.query(TemporalQueries.zone());
      ZoneId where = own == null ? zone : own;
      if (date == null) {
        return "has no date";
      }
      return where == null
          ? NO_ZONE
          : inZone(date.atTime(time == null ? LocalTime.MIN : time), where);
    } catch (DateTimeException e) {
      return "does not have the pattern given";
    }
  }
}
