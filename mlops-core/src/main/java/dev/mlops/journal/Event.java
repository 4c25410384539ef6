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
 * @param version of the form in which the event is hashed and kept; 1 now
 * @param id 1 for the first event of the project, and one more for each
 * @param time when it was appended, by the workspace's clock, in whole microseconds
 * @param project where it happened
 * @param kind what happened, such as {@code model.registered}
 * @param about the thing that it happened to, or null
 * @param subjects the contents it is about, by role such as {@code model}; sorted
 * @param actor who did it
 * @param cause the id of the event of this project that led to it, or null
 * @param outcome how it ended, such as {@code ok}
 * @param details further texts by name; sorted
 * @param previous the hash of the project's event before; 64 zeros before the first
 * @param hash of everything above, that is, of the project's whole history up to here
 */
public record Event(
    int version,
    long id,
    Instant time,
    String project,
    String kind,
    @Nullable ObjectKey about,
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
   * @param version of the form in which the event is hashed and kept; 1 now
   * @param id 1 for the first event of the project, and one more for each
   * @param time when it was appended, by the workspace's clock, in whole microseconds
   * @param project where it happened
   * @param kind what happened, such as {@code model.registered}
   * @param about the thing that it happened to, or null
   * @param subjects the contents it is about, by role such as {@code model}; sorted
   * @param actor who did it
   * @param cause the id of the event of this project that led to it, or null
   * @param outcome how it ended, such as {@code ok}
   * @param details further texts by name; sorted
   * @param previous the hash of the project's event before; 64 zeros before the first
   * @param hash of everything above, that is, of the project's whole history up to here
   */
  public Event {
    subjects = sorted(subjects);
    details = sorted(details);
  }

  static <V> Map<String, V> sorted(Map<String, V> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }

  /** Returns the same event with another hash. */
  Event withHash(Digest other) {
    return new Event(
        version, id, time, project, kind, about, subjects, actor, cause, outcome, details, previous,
        other);
  }
}
