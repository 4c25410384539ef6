package dev.mlops.storage;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as epoch microseconds: the finest unit that both databases and a 64-bit column share. */
final class Micros {
  private static final long PER_SECOND = 1_000_000;

  private Micros() {}

  static long of(Instant time) {
    long seconds = time.getEpochSecond();
    long micros = time.getNano() / 1_000;
    try {
      // From the side of zero, so that the smallest value does not overflow on its way.
      return seconds < 0
          ? Math.addExact(Math.multiplyExact(seconds + 1, PER_SECOND), micros - PER_SECOND)
          : Math.addExact(Math.multiplyExact(seconds, PER_SECOND), micros);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "time "
              + time
              + " does not fit 64 bits of epoch microseconds; years -290307 to 294246 do",
          e);
    }
  }

  static Instant truncate(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  static Instant toInstant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
