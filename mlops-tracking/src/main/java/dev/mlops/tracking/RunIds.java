package dev.mlops.tracking;

import java.util.UUID;

/**
 * Makes the ids of runs: UUIDs of version 7 (RFC 9562, 5.7), the milliseconds since 1970 in front
 * of 74 random bits. Ids of one time lie side by side in an index, so that the database writes one
 * page for many runs and not one for each.
 */
final class RunIds {

  private static final long SEVENTH = 0x7000L;
  private static final int MILLIS_SHIFT = 16;
  private static final long RANDOM = 0x0fffL;

  private RunIds() {}

  /**
   * Returns a new id.
   *
   * @param millis the time since 1970; later than the year 10889 the times begin again
   * @return 32 lower-case hexadecimal digits
   */
  static String next(long millis) {
    UUID random = UUID.randomUUID();
    long first = (millis << MILLIS_SHIFT) | SEVENTH | (random.getMostSignificantBits() & RANDOM);
    return new UUID(first, random.getLeastSignificantBits()).toString().replace("-", "");
  }
}
