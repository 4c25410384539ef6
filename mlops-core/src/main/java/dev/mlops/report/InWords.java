package dev.mlops.report;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Numbers, durations, sizes and times as people write them, the same in every country. */
public final class InWords {
  private static final MathContext SIX_DIGITS = new MathContext(6);
  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final String[] SIZES = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  /** The years that a calendar holds; other instants are written as they are. */
  private static final Instant FIRST = LocalDateTime.MIN.toInstant(ZoneOffset.UTC);

  private static final Instant LAST = LocalDateTime.MAX.toInstant(ZoneOffset.UTC);

  private InWords() {}

  /**
   * Writes a number for a sentence.
   *
   * @param value any number
   * @return six significant digits at most but all before the point, in groups of three, without
   *     useless zeros, such as {@code 0.25} or {@code 1,234,567}; with an exponent from {@code
   *     1e16} up and below {@code 1e-6}; {@code NaN} and {@code Infinity} as such
   */
  public static String number(double value) {
    return number(value, SIX_DIGITS);
  }

  /**
   * Writes a number for a sentence.
   *
   * @param value any number
   * @param digits significant digits at most, unless there are more before the point; at least 1
   * @return as {@link #number(double)}
   */
  public static String number(double value, int digits) {
    return number(value, new MathContext(digits));
  }

  private static String number(double value, MathContext digits) {
    if (!Double.isFinite(value)) {
      return Exactly.number(value);
    }
    BigDecimal exact = new BigDecimal(value);
    int whole = exact.precision() - exact.scale();
    MathContext kept =
        whole > 16 ? digits : new MathContext(Math.max(whole, digits.getPrecision()));
    BigDecimal rounded = exact.round(kept).stripTrailingZeros();
    int magnitude = rounded.precision() - rounded.scale();
    return rounded.signum() == 0
        ? "0"
        : magnitude > -6 && magnitude < 17 ? grouped(rounded) : exponent(rounded);
  }

  /** Three significant digits, or all of those before the point. */
  static String brief(double value) {
    return number(value, THREE_DIGITS);
  }

  static String exponent(BigDecimal value) {
    return value.toString().replace("E+", "e").replace('E', 'e');
  }

  /** All digits of a number, in groups of three. */
  static String grouped(BigDecimal value) {
    return String.format(Locale.ROOT, "%,." + Math.max(0, value.scale()) + "f", value);
  }

  /**
   * Writes a share as a percentage.
   *
   * @param share the share, where 1 is all
   * @return such as {@code 99.9 %}; {@code NaN} as such
   */
  public static String percent(double share) {
    return Double.isFinite(share)
        ? number(new BigDecimal(share).movePointRight(2).doubleValue()) + " %"
        : Exactly.number(share);
  }

  /**
   * Writes a duration.
   *
   * @param duration the duration
   * @return such as {@code 850 ns}, {@code 1.4 ms}, {@code 3 min 20 s} or {@code 2 d 4 h}: three
   *     digits below a minute, two units above
   */
  public static String duration(Duration duration) {
    requireNonNull(duration, "duration");
    return seconds(
        BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), 9)));
  }

  static String seconds(double seconds) {
    return Double.isFinite(seconds) ? seconds(new BigDecimal(seconds)) : Exactly.number(seconds);
  }

  private static String seconds(BigDecimal seconds) {
    BigDecimal size = seconds.abs();
    String sign = seconds.signum() < 0 ? "-" : "";
    if (size.signum() == 0) {
      return "0 s";
    }
    BigDecimal rounded = size.round(THREE_DIGITS);
    if (rounded.compareTo(BigDecimal.valueOf(60)) < 0) {
      return sign + small(rounded);
    }
    BigDecimal resolution =
        size.compareTo(DurationParts.HOUR) < 0
            ? BigDecimal.ONE
            : size.compareTo(DurationParts.DAY) < 0 ? DurationParts.MINUTE : DurationParts.HOUR;
    BigDecimal steps = size.divide(resolution, 0, RoundingMode.HALF_UP);
    return sign + DurationParts.of(steps.multiply(resolution));
  }

  /** All digits of a duration below a minute. */
  static String small(BigDecimal seconds) {
    if (seconds.signum() == 0) {
      return "0 s";
    }
    int magnitude = seconds.precision() - seconds.scale();
    int thousands = magnitude > 0 ? 0 : magnitude > -3 ? 1 : magnitude > -6 ? 2 : 3;
    String[] units = {" s", " ms", " µs", " ns"};
    BigDecimal scaled = seconds.movePointRight(3 * thousands).stripTrailingZeros();
    String digits = scaled.scale() > 9 ? scaled.toString() : scaled.toPlainString();
    return digits + units[thousands];
  }

  /**
   * Writes a number of bytes.
   *
   * @param bytes the number
   * @return such as {@code 12 bytes} or {@code 1.5 KiB}, in powers of 1024
   */
  public static String bytes(double bytes) {
    if (!Double.isFinite(bytes)) {
      return Exactly.number(bytes);
    }
    int size = 0;
    double scaled = bytes;
    while (Math.abs(scaled) >= 1023.5 && size < SIZES.length - 1) {
      scaled /= 1024;
      size++;
    }
    String digits = number(scaled, size == 0 ? SIX_DIGITS : new MathContext(4));
    return digits + " " + (digits.equals("1") && size == 0 ? "byte" : SIZES[size]);
  }

  /**
   * Writes a time in UTC.
   *
   * @param time the time
   * @return such as {@code 2001-04-01} for midnight, {@code 2001-04-01 06:05 UTC} or {@code
   *     2001-04-01 06:05:07 UTC}; finer parts are left out
   */
  public static String time(Instant time) {
    requireNonNull(time, "time");
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      return time.toString();
    }
    DateTimeFormatter form =
        time.equals(time.truncatedTo(ChronoUnit.DAYS))
            ? DAY
            : time.equals(time.truncatedTo(ChronoUnit.MINUTES)) ? MINUTE : SECOND;
    return form.format(time.atOffset(ZoneOffset.UTC)) + (form == DAY ? "" : " UTC");
  }
}
