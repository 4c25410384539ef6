package dev.mlops.report;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Locale;

/**
 * What the numbers of an axis, a bar or a column of a table are, and so how they are written and
 * which of them are round.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class Unit {
  private enum Kind {
    NUMBER,
    SHARE,
    SECONDS,
    BYTES,
    TIME
  }

  private static final Unit NUMBER = new Unit(Kind.NUMBER, "");
  private static final Unit SHARE = new Unit(Kind.SHARE, "");
  private static final Unit SECONDS = new Unit(Kind.SECONDS, "");
  private static final Unit BYTES = new Unit(Kind.BYTES, "");
  private static final Unit TIME = new Unit(Kind.TIME, "");
  private static final double NANOS = 1e9;
  private static final double FIRST = -3.15e16;
  private static final double LAST = 3.15e16;
  private static final int PLAIN_DECIMALS = 9;
  private static final BigDecimal LARGE = new BigDecimal("1e15");

  private final Kind kind;
  private final String word;

  private Unit(Kind kind, String word) {
    this.kind = kind;
    this.word = word;
  }

  /**
   * Returns the unit of plain numbers.
   *
   * @return numbers without a unit
   */
  public static Unit number() {
    return NUMBER;
  }

  /**
   * Returns a unit with a word of its own.
   *
   * @param word the word behind the number, such as {@code min} or {@code flights}
   * @return numbers with the word
   * @throws IllegalArgumentException if the word is blank
   */
  public static Unit of(String word) {
    if (requireNonNull(word, "word").isBlank()) {
      throw new IllegalArgumentException(
          "the word of a unit must not be blank; Unit.number() has none");
    }
    return new Unit(Kind.NUMBER, word);
  }

  /**
   * Returns the unit of shares, of which 1 is all.
   *
   * @return shares, written as percentages: 0.25 is {@code 25 %}
   */
  public static Unit share() {
    return SHARE;
  }

  /**
   * Returns the unit of durations.
   *
   * @return seconds, written as {@code 1.4 ms} or {@code 3 min 20 s}
   */
  public static Unit seconds() {
    return SECONDS;
  }

  /**
   * Returns the unit of sizes.
   *
   * @return bytes, written as {@code 1.5 KiB}
   */
  public static Unit bytes() {
    return BYTES;
  }

  /**
   * Returns the unit of times.
   *
   * @return seconds since 1970-01-01T00:00:00Z, written as dates and times in UTC
   */
  public static Unit time() {
    return TIME;
  }

  /**
   * Writes a value with its unit.
   *
   * @param value any number
   * @return the value as people write it; {@code NaN} and {@code Infinity} as such
   */
  public String text(double value) {
    return switch (kind) {
      case NUMBER -> InWords.number(value) + (word.isEmpty() ? "" : " " + word);
      case SHARE -> InWords.percent(value);
      case SECONDS -> InWords.seconds(value);
      case BYTES -> InWords.bytes(value);
      case TIME -> Double.isFinite(value) ? InWords.time(instant(value)) : Exactly.number(value);
    };
  }

  /** A value with its unit in three digits, or all of those before its point. */
  String brief(double value) {
    return switch (kind) {
      case NUMBER -> InWords.brief(value) + (word.isEmpty() ? "" : " " + word);
      case SHARE -> Double.isFinite(value) ? InWords.brief(100 * value) + " %" : text(value);
      default -> text(value);
    };
  }

  /** The name of an axis with the word of its unit. */
  String label(String name) {
    return word.isEmpty() ? name : name.isEmpty() ? word : name + " (" + word + ")";
  }

  boolean isTime() {
    return kind == Kind.TIME;
  }

  static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / NANOS;
  }

  static Instant instant(double seconds) {
    double whole = Math.max(FIRST, Math.min(LAST, Math.floor(seconds)));
    return Instant.ofEpochSecond(
        (long) whole, Math.round(Math.max(0, Math.min(1, seconds - whole)) * NANOS));
  }

  /** The least round step that parts a span into at most so many. */
  BigDecimal step(BigDecimal span, int most) {
    return switch (kind) {
      case NUMBER, SHARE -> Steps.decimal(span, most);
      case SECONDS, TIME -> Steps.duration(span, most);
      case BYTES -> Steps.binary(span, most);
    };
  }

  /** The text of a tick, with all digits of its step. */
  String tick(BigDecimal value, BigDecimal step) {
    return switch (kind) {
      case NUMBER -> digits(value, step);
      case SHARE -> digits(value.movePointRight(2), step.movePointRight(2)) + " %";
      case SECONDS ->
          step.compareTo(BigDecimal.ONE) < 0 && value.abs().compareTo(DurationParts.MINUTE) < 0
              ? InWords.small(value)
              : DurationParts.of(value);
      case BYTES -> InWords.bytes(value.doubleValue());
      case TIME -> text(value.doubleValue());
    };
  }

  private static String digits(BigDecimal value, BigDecimal step) {
    int decimals = Math.max(0, step.stripTrailingZeros().scale());
    if (decimals > PLAIN_DECIMALS || value.abs().compareTo(LARGE) >= 0) {
      return value.signum() == 0 ? "0" : InWords.exponent(value.stripTrailingZeros());
    }
    return InWords.grouped(value.setScale(decimals, RoundingMode.HALF_UP));
  }

  @Override
  public String toString() {
    return word.isEmpty() ? kind.name().toLowerCase(Locale.ROOT) : word;
  }
}
