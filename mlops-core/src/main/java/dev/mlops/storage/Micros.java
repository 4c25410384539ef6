package dev.mlops.storage;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as epoch microseconds: the finest unit that both databases and a 64-bit column share. */
final class Micros {
  private Micros() {}

  static long of(Instant time) {
    try {
      return Math.addExact(
          Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
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
