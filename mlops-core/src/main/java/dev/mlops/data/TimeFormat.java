package dev.mlops.data;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * How instants are written in a text file.
 *
 * @param zone the zone of local times; null if every time says its own
 * @param pattern how times are written; null for ISO-8601
 */
record TimeFormat(@Nullable ZoneId zone, @Nullable DateTimeFormatter pattern) {

  static final TimeFormat ISO = new TimeFormat(null, null);
}
