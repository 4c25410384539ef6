package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Numbers and durations in messages, as people say them and without any loss, the same in every
 * country. Reports round: {@link dev.mlops.report.InWords} does.
 */
public final class Exactly {
  private static final int LEAST_EXPONENT = 16;
  private static final int MOST_ZEROS = 6;

  private record Unit(String name, BigDecimal seconds) {}

  private static final Unit SECOND = new Unit("second", BigDecimal.ONE);
  private static final Unit[] LONG = {
    new Unit("day", BigDecimal.valueOf(86_400)),
    new Unit("hour", BigDecimal.valueOf(3_600)),
    new Unit("minute", BigDecimal.valueOf(60))
  };
  private static final Unit[] SHORT = {
    new Unit("millisecond", new BigDecimal("0.001")),
    new Unit("microsecond", new BigDecimal("0.000001")),
    new Unit("nanosecond", new BigDecimal("0.000000001"))
  };

  private Exactly() {}

  /**
   * Writes a duration.
   *
   * @param duration any duration
   * @return such as {@code 7 days}, {@code 1 hour 30 minutes}, {@code 2.5 seconds} or {@code 250
   *     milliseconds}; a day has 24 hours, and a minus sign in front is that of the whole
   */
  public static String duration(Duration duration) {
    requireNonNull(duration, "duration");
    BigDecimal seconds =
        BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), 9));
    String sign = seconds.signum() < 0 ? "-" : "";
    return sign + words(seconds.abs());
  }

  /**
   * Writes a period of the calendar.
   *
   * @param period any period
   * @return such as {@code 1 month} or {@code 2 years -3 days}; {@code 0 days} where there is none
   */
  public static String period(Period period) {
    requireNonNull(period, "period");
    StringJoiner parts = new StringJoiner(" ").setEmptyValue("0 days");
    addTo(parts, period.getYears(), "year");
    addTo(parts, period.getMonths(), "month");
    addTo(parts, period.getDays(), "day");
    return parts.toString();
  }

  private static void addTo(StringJoiner parts, int count, String unit) {
    if (count != 0) {
      parts.add(Plural.of(count, unit));
    }
  }

  private static String words(BigDecimal seconds) {
    if (seconds.signum() != 0 && seconds.compareTo(SECOND.seconds) < 0) {
      return below(seconds);
    }
    StringJoiner parts = new StringJoiner(" ");
    BigDecimal rest = seconds;
    for (Unit unit : LONG) {
      BigDecimal[] split = rest.divideAndRemainder(unit.seconds);
      if (split[0].signum() != 0) {
        parts.add(count(split[0], unit));
      }
      rest = split[1];
    }
    return rest.signum() == 0 && parts.length() > 0
        ? parts.toString()
        : parts.add(count(rest, SECOND)).toString();
  }

  /** The largest unit of which it is one or more. */
  private static String below(BigDecimal seconds) {
    int unit = 0;
    while (seconds.compareTo(SHORT[unit].seconds) < 0) {
      unit++;
    }
    return count(seconds.divide(SHORT[unit].seconds), SHORT[unit]);
  }

  private static String count(BigDecimal count, Unit unit) {
    String ending = count.compareTo(BigDecimal.ONE) == 0 ? "" : "s";
    return digits(count, ",") + " " + unit.name + ending;
  }

  /**
   * Writes a number.
   *
   * @param value any number
   * @return as few digits as tell it from every other double, in groups of three, such as {@code
   *     36,500} or {@code 0.25}; with an exponent from {@code 1e16} up and below {@code 1e-6};
   *     {@code NaN}, {@code Infinity} and {@code -Infinity} as such
   */
  public static String number(double value) {
    return Double.isFinite(value)
        ? digits(new BigDecimal(Double.toString(value)), ",")
        : Double.toString(value);
  }

  /**
   * Writes a number as one types it in code, in a file or as a value of data.
   *
   * @param value any number
   * @return as {@link #number(double)}, but without groups, such as {@code 36500}
   */
  public static String typed(double value) {
    return Double.isFinite(value)
        ? digits(new BigDecimal(Double.toString(value)), "")
        : Double.toString(value);
  }

  private static String digits(BigDecimal value, String groups) {
    BigDecimal digits = value.stripTrailingZeros();
    if (digits.signum() == 0) {
      return "0";
    }
    int magnitude = digits.precision() - digits.scale();
    return magnitude > LEAST_EXPONENT || magnitude <= -MOST_ZEROS
        ? exponent(digits)
        : String.format(
            Locale.ROOT, "%" + groups + "." + Math.max(0, digits.scale()) + "f", digits);
  }

  private static String exponent(BigDecimal digits) {
    String all = digits.unscaledValue().abs().toString();
    String fraction = all.length() == 1 ? "" : "." + all.substring(1);
    int exponent = digits.precision() - digits.scale() - 1;
    return (digits.signum() < 0 ? "-" : "") + all.charAt(0) + fraction + "e" + exponent;
  }

  /**
   * Writes a value of any type.
   *
   * @param value a value or null
   * @return durations, periods and numbers as the methods for them do, and what else there is as it
   *     says itself
   */
  public static String value(@Nullable Object value) {
    if (value instanceof Duration duration) {
      return duration(duration);
    }
    if (value instanceof Period period) {
      return period(period);
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number)
          ? digits(new BigDecimal(value.toString()), ",")
          : Double.toString(number);
    }
    return value instanceof Integer || value instanceof Long
        ? Plural.grouped(((Number) value).longValue())
        : String.valueOf(value);
  }
}
