package dev.mlops.features;

import java.time.Duration;

/** Spans of time in microseconds, and moving by them without overflow. */
final class Spans {

  private static final Duration LONGEST = Duration.ofDays(100_000);

  private Spans() {}

  static long of(Duration span) {
    return span.toSeconds() * 1_000_000L + span.toNanosPart() / 1_000;
  }

  static void checkSpan(String what, Duration span) {
    if (span.isNegative() || span.isZero()) {
      throw new IllegalArgumentException(what + " must be positive: " + span);
    }
    if (span.toNanosPart() % 1_000 != 0) {
      throw new IllegalArgumentException(what + " must be whole microseconds: " + span);
    }
    if (span.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(what + " must be at most 100000 days: " + span);
    }
  }

  static long minus(long micros, long span) {
    return micros < Long.MIN_VALUE + span ? Long.MIN_VALUE : micros - span;
  }

  static long plus(long micros, long span) {
    return micros > Long.MAX_VALUE - span ? Long.MAX_VALUE : micros + span;
  }
}
