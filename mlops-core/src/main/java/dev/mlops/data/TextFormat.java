package dev.mlops.data;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * How values are written in a text file.
 *
 * @param zone the zone of local times; null if every time says its own
 * @param overlap which instant a local time means that the zone has twice
 * @param pattern how times are written; null for ISO-8601
 * @param decimal what stands before the decimals of a number
 */
record TextFormat(
    @Nullable ZoneId zone, Overlap overlap, @Nullable DateTimeFormatter pattern, char decimal) {

  /** What to make of a local time in the hour that clocks repeat. */
  enum Overlap {
    REFUSED,
    EARLIER,
    LATER
  }

  static final TextFormat PLAIN = new TextFormat(null, Overlap.REFUSED, null, '.');
}
