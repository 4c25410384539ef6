package dev.mlops.features.timeline;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import java.time.Duration;

/** Spans of time in microseconds, and moving by them without overflow. */
public final class Spans {

  private static final Duration LONGEST = Duration.ofDays(100_000);

  private Spans() {}

  /**
   * Returns a span in microseconds.
   *
   * @param span of at most 100,000 days
   * @return the microseconds, what is finer being cut off
   */
  public static long of(Duration span) {
    requireNonNull(span, "span");
    return span.toSeconds() * 1_000_000L + span.toNanosPart() / 1_000;
  }

  /**
   * Refuses a span that is not positive, is finer than a microsecond, or longer than 100,000 days.
   *
   * @param what the span's name in the message
   * @param span the span
   * @throws IllegalArgumentException naming the span and the limit
   */
  public static void checkSpan(String what, Duration span) {
    requireNonNull(span, "span");
    if (span.isNegative() || span.isZero()) {
      throw new IllegalArgumentException(what + " must be positive: " + Exactly.duration(span));
    }
    if (span.toNanosPart() % 1_000 != 0) {
      throw new IllegalArgumentException(
          what + " must be whole microseconds: " + Exactly.duration(span));
    }
    if (span.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          what + " must be at most 100,000 days: " + Exactly.duration(span));
    }
  }

  /**
   * Moves back.
   *
   * @param micros from here
   * @param span by this much, at least 0
   * @return the time, or the earliest there is
   */
  public static long minus(long micros, long span) {
    return micros < Long.MIN_VALUE + span ? Long.MIN_VALUE : micros - span;
  }

  /**
   * Moves forth.
   *
   * @param micros from here
   * @param span by this much, at least 0
   * @return the time, or the latest there is
   */
  public static long plus(long micros, long span) {
    return micros > Long.MAX_VALUE - span ? Long.MAX_VALUE : micros + span;
  }
}
