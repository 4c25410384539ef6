package dev.mlops.features.timeline;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Column;
import dev.mlops.error.Plural;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The versions of each event of a source whose rows have an event id. At any time, of the versions
 * that were known the one counts that became known last, the one ingested last among equals. So a
 * row counts from its own knowledge time until that of the version after it, whatever entity and
 * event time the two have.
 *
 * <p>For live rows it goes on from segment to segment, forgets events of which no row is kept, and
 * can take back what a segment did. Used by one thread.
 */
public final class Versions {

  private final Map<Object, Version> newest = new HashMap<>();
  private final List<Version> added = new ArrayList<>();
  private final Set<Object> changed = new LinkedHashSet<>();

  /** The events in the order in which they are looked at for whether they can be forgotten. */
  private final Deque<Object> turns = new ArrayDeque<>();

  private boolean undoable;
  private boolean anyReplaced;

  /** An event that was forgotten had no version that became known later. */
  private long forgotten = Long.MIN_VALUE;

  /** Makes versions of no event. */
  public Versions() {}

  /** Begins a segment of live rows. */
  public void begin() {
    undoable = true;
    added.clear();
    changed.clear();
  }

  /** Takes back everything since {@link #begin()}. */
  public void undo() {
    for (int i = added.size() - 1; i >= 0; i--) {
      remove(added.get(i));
    }
    begin();
  }

  /**
   * Returns what holds rows that count no longer, or until another time, since {@link #begin()}.
   *
   * @return what {@link EntityTimeline#heldBy} was told
   */
  public Set<Object> changed() {
    return Collections.unmodifiableSet(changed);
  }

  /**
   * Looks at some events, each in its turn, and forgets those of which no row is kept.
   *
   * @param count how many
   */
  public void sweep(int count) {
    added.clear();
    for (int i = Math.min(count, turns.size()); i > 0; i--) {
      Object id = turns.remove();
      Version version = newest.get(id);
      if (version != null && isDropped(version)) {
        forgotten = Math.max(forgotten, version.known);
        newest.remove(id);
      } else if (version != null) {
        turns.add(id);
      }
    }
  }

  /**
   * Returns how many events are remembered.
   *
   * @return the number of ids
   */
  public int size() {
    return newest.size();
  }

  /** The versions of rows that were ingested after all before. */
  Version[] of(Chunk chunk) {
    Column ids = requireNonNull(chunk.ids(), "ids");
    Version[] versions = new Version[chunk.size()];
    for (int row = 0; row < versions.length; row++) {
      versions[row] =
          add(requireNonNull(ids.value(row), "an id that was checked"), chunk.known(row));
    }
    return versions;
  }

  /** Whether a row is, or ever was, replaced. */
  boolean anyReplaced() {
    return anyReplaced;
  }

  private Version add(Object id, long known) {
    Version version = new Version(id, known);
    Version newer = null;
    Version older = newest.get(id);
    // What came before by knowledge may arrive after: a backfill, or a clock that was set back.
    version.unsure = older == null && known <= forgotten;
    while (older != null && older.known > known) {
      newer = older;
      older = older.older;
    }
    version.older = older;
    if (newer == null) {
      newest.put(id, version);
    } else {
      newer.older = version;
      version.until(newer.known);
    }
    if (older != null) {
      end(older, known);
    }
    anyReplaced |= version.unsure || newer != null || older != null;
    if (undoable) {
      added.add(version);
      if (version.older == null && newer == null) {
        turns.add(id);
      }
    }
    return version;
  }

  private void end(Version version, long until) {
    version.until(until);
    if (version.holder != null) {
      changed.add(version.holder);
    }
  }

  private void remove(Version version) {
    Version newer = null;
    Version at = newest.get(version.id);
    while (at != null && at != version) {
      newer = at;
      at = at.older;
    }
    Version older = version.older;
    if (older != null) {
      older.until(newer == null ? Version.NEVER : newer.known);
    }
    if (newer != null) {
      newer.older = older;
    } else if (older != null) {
      newest.put(version.id, older);
    } else {
      newest.remove(version.id);
    }
  }

  private static boolean isDropped(Version newest) {
    for (@Nullable Version version = newest; version != null; version = version.older) {
      if (!version.dropped) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "versions of " + Plural.of(newest.size(), "event");
  }
}
