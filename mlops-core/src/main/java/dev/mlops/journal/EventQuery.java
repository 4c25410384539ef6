package dev.mlops.journal;

import dev.mlops.data.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which events to read; immutable, each method returns a changed copy that narrows the query
 * further.
 *
 * <p>Pages: ask again with {@link #after} the id of the last event that came.
 *
 * @param kind what happened begins with this, or null for all
 * @param project where it happened, or null for all
 * @param from the earliest time, included, or null
 * @param to the latest time, excluded, or null
 * @param subject a content it is about, or null
 * @param after only events of a greater id
 * @param limit the most events to return
 */
public record EventQuery(
    @Nullable String kind,
    @Nullable String project,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Digest subject,
    long after,
    int limit) {

  /**
   * Checks the limit.
   *
   * @param kind what happened begins with this, or null for all
   * @param project where it happened, or null for all
   * @param from the earliest time, included, or null
   * @param to the latest time, excluded, or null
   * @param subject a content it is about, or null
   * @param after only events of a greater id
   * @param limit the most events to return
   * @throws IllegalArgumentException if it is below 1
   */
  public EventQuery {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1: " + limit);
    }
  }

  /**
   * Asks for the first 1,000 events.
   *
   * @return the query
   */
  public static EventQuery all() {
    return new EventQuery(null, null, null, null, null, 0, 1_000);
  }

  /**
   * Narrows by what happened.
   *
   * @param prefix a kind or the beginning of one, such as {@code model.}
   * @return a changed copy
   */
  public EventQuery kind(String prefix) {
    return new EventQuery(prefix, project, from, to, subject, after, limit);
  }

  /**
   * Narrows by where it happened.
   *
   * @param name a project
   * @return a changed copy
   */
  public EventQuery project(String name) {
    return new EventQuery(kind, name, from, to, subject, after, limit);
  }

  /**
   * Narrows by the time.
   *
   * @param earliest included
   * @return a changed copy
   */
  public EventQuery from(Instant earliest) {
    return new EventQuery(kind, project, earliest, to, subject, after, limit);
  }

  /**
   * Narrows by the time.
   *
   * @param latest excluded
   * @return a changed copy
   */
  public EventQuery to(Instant latest) {
    return new EventQuery(kind, project, from, latest, subject, after, limit);
  }

  /**
   * Narrows by what it is about.
   *
   * @param digest of a content
   * @return a changed copy
   */
  public EventQuery subject(Digest digest) {
    return new EventQuery(kind, project, from, to, digest, after, limit);
  }

  /**
   * Goes on behind an event.
   *
   * @param id of the last event seen
   * @return a changed copy
   */
  public EventQuery after(long id) {
    return new EventQuery(kind, project, from, to, subject, id, limit);
  }

  /**
   * Bounds the page.
   *
   * @param most the most events to return, at least 1
   * @return a changed copy
   */
  public EventQuery limit(int most) {
    return new EventQuery(kind, project, from, to, subject, after, most);
  }
}
