package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as whole microseconds since 1970 in UTC, the one grain of columns, files and databases. */
public final class Micros {
  private static final long PER_SECOND = 1_000_000;

  private Micros() {}

  /**
   * Rounds a time down to the microsecond.
   *
   * @param time any time of the years -290307 to 294246
   * @return epoch microseconds
   * @throws IllegalArgumentException if the time does not fit 64 bits
   */
  public static long floor(Instant time) {
    requireNonNull(time, "time");
    long micros = time.getNano() / 1_000;
    try {
      // Negative seconds are stepped up by one, so that the earliest second does not overflow on
      // its way.
      return time.getEpochSecond() < 0
          ? Math.addExact(
              Math.multiplyExact(time.getEpochSecond() + 1, PER_SECOND), micros - PER_SECOND)
          : Math.addExact(Math.multiplyExact(time.getEpochSecond(), PER_SECOND), micros);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "time "
              + time
              + " does not fit 64 bits of epoch microseconds; years -290307 to 294246 do",
          e);
    }
  }

  /**
   * Returns the time that a number of microseconds stands for.
   *
   * @param micros epoch microseconds
   * @return the time
   */
  public static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
