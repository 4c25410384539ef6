package dev.mlops.features.timeline;

import org.jspecify.annotations.Nullable;

/** One version of an event, while the timelines that have it are made. Used by one thread. */
final class Version {

  /** What a row that is replaced by none has in place of a time. */
  static final long NEVER = Long.MAX_VALUE;

  final Object id;
  final long event;
  final long known;

  /** The version before this one, by knowledge time and then ingestion. */
  @Nullable Version older;

  /**
   * What keeps the live row; null while it is on its way there, where it lacks a key, and for
   * training sets.
   */
  @Nullable Object holder;

  /** Whether the live row is kept no longer. */
  boolean dropped;

  /** Whether the event may have a later version that was forgotten, so that nothing is known. */
  boolean unsure;

  private long until = NEVER;

  Version(Object id, long event, long known) {
    this.id = id;
    this.event = event;
    this.known = known;
  }

  /** From when on the next version counts in place of this one. */
  long until() {
    return unsure ? Long.MIN_VALUE : until;
  }

  void until(long time) {
    until = time;
  }
}
