package dev.mlops.features;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The one unit of time inside the store: epoch microseconds in UTC. */
final class Micros {

  private static final Duration LONGEST = Duration.ofDays(100_000);

  private Micros() {}

  /** Rounds down to the microsecond: what is known at 1.9 us is what was known at 1 us. */
  static long floor(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

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
