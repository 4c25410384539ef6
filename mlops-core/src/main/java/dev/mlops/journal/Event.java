package dev.mlops.journal;

import dev.mlops.data.Digest;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, as the journal keeps it.
 *
 * @param id 1 for the first event of the journal, and one more for each
 * @param time when it was appended, in whole microseconds
 * @param project where it happened
 * @param kind what happened, such as {@code model.registered}
 * @param subjects the contents it is about, by role such as {@code model}; sorted
 * @param actor who did it
 * @param cause the id of the event that led to it, or null
 * @param outcome how it ended, such as {@code ok}
 * @param details further texts by name; sorted
 * @param previous the hash of the event before; 64 zeros before the first
 * @param hash of everything above, that is, of the whole history up to here
 */
public record Event(
    long id,
    Instant time,
    String project,
    String kind,
    Map<String, Digest> subjects,
    Actor actor,
    @Nullable Long cause,
    String outcome,
    Map<String, String> details,
    Digest previous,
    Digest hash) {

  /**
   * Copies and sorts the maps.
   *
   * @param id 1 for the first event of the journal, and one more for each
   * @param time when it was appended, in whole microseconds
   * @param project where it happened
   * @param kind what happened, such as {@code model.registered}
   * @param subjects the contents it is about, by role such as {@code model}; sorted
   * @param actor who did it
   * @param cause the id of the event that led to it, or null
   * @param outcome how it ended, such as {@code ok}
   * @param details further texts by name; sorted
   * @param previous the hash of the event before; 64 zeros before the first
   * @param hash of everything above, that is, of the whole history up to here
   */
  public Event {
    subjects = sorted(subjects);
    details = sorted(details);
  }

  static <V> Map<String, V> sorted(Map<String, V> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
