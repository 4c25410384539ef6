package dev.mlops.design;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Exactly;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 30 ms}, {@code 45 d}; a day has 24 hours, a year 365 days.
 */
final class Durations {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,13})\\s*([A-Za-z]+)");
  private static final Map<String, Duration> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("y", Duration.ofDays(365));
    UNITS.put("d", Duration.ofDays(1));
    UNITS.put("h", Duration.ofHours(1));
    UNITS.put("min", Duration.ofMinutes(1));
    UNITS.put("s", Duration.ofSeconds(1));
    UNITS.put("ms", Duration.ofMillis(1));
  }

  /** A mean month: a twelfth of 365.25 days. */
  static final Duration MONTH = Duration.ofMinutes(43_830);

  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Durations() {}

  @CanIgnoreReturnValue
  static Duration positive(String what, Duration duration) {
    Objects.requireNonNull(duration, what);
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(what + " must be positive: " + Exactly.duration(duration));
    }
    if (duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          what + " must be at most 36,500 days: " + Exactly.duration(duration));
    }
    if (duration.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException(
          what + " must be whole milliseconds: " + Exactly.duration(duration));
    }
    return duration;
  }

  /** How many of a month's events fall into a duration. */
  static double shareOfMonth(Duration duration) {
    return (double) duration.toMillis() / MONTH.toMillis();
  }

  /** Writes a duration for a file, in the largest unit of which it is a whole number. */
  static String text(Duration duration) {
    for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
      if (duration.toMillis() % unit.getValue().toMillis() == 0) {
        return duration.toMillis() / unit.getValue().toMillis() + " " + unit.getKey();
      }
    }
    return duration.toString();
  }

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if it is none; the message says what one looks like
   */
  static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no duration; write a whole number and a unit, such as 30 ms or 45 d"
              .formatted(Words.shown(text)));
    }
    Duration unit = UNITS.get(matcher.group(2));
    if (unit == null) {
      List<String> known = new ArrayList<>(UNITS.keySet());
      throw new IllegalArgumentException(
          "unknown unit '%s' in '%s'%sknown: %s"
              .formatted(
                  Words.shown(matcher.group(2)),
                  Words.shown(text),
                  Words.didYouMean(meant(matcher.group(2)), known),
                  String.join(", ", known)));
    }
    long count = Long.parseLong(matcher.group(1));
    if (count > LONGEST.toMillis() / unit.toMillis()) {
      throw new IllegalArgumentException("'" + text.strip() + "' is more than 36,500 days");
    }
    return unit.multipliedBy(count);
  }

  /** Long names of units, as far as they begin like the short one. */
  private static String meant(String unit) {
    String lower = unit.toLowerCase(Locale.ROOT);
    return lower.startsWith("milli") || lower.startsWith("msec")
        ? "ms"
        : lower.startsWith("m") || lower.length() < 3 ? lower : lower.substring(0, 1);
  }
}
