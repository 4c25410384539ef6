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
import java.util.function.Consumer;
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
   * @param horizon the earliest time of a read; rows that lack a key, and so are in no timeline,
   *     are kept until then
   */
  public void sweep(int count, long horizon) {
    added.clear();
    for (int i = Math.min(count, turns.size()); i > 0; i--) {
      Object id = turns.remove();
      Version version = newest.get(id);
      if (version != null && isDropped(version, horizon)) {
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

  /**
   * A version whose row lacks a key, so that it is in no timeline, and may replace one that is.
   *
   * @param id the event's id
   * @param event when it happened, in epoch microseconds
   * @param known from when on it was known
   * @param until until when it counts
   */
  public record WithoutKey(Object id, long event, long known, long until) {}

  /**
   * Returns the versions whose rows lack a key.
   *
   * @return those that are remembered
   */
  public List<WithoutKey> withoutKey() {
    List<WithoutKey> found = new ArrayList<>();
    each(
        version -> {
          if (version.holder == null && !version.dropped) {
            found.add(new WithoutKey(version.id, version.event, version.known, version.until()));
          }
        });
    return found;
  }

  /**
   * Returns what is to be remembered with the rows that are kept and with those that lack a key.
   *
   * @return the latest knowledge time, in epoch microseconds, of a version whose row is kept no
   *     longer
   */
  public long forgotten() {
    long[] latest = {forgotten};
    each(version -> latest[0] = version.dropped ? Math.max(latest[0], version.known) : latest[0]);
    return latest[0];
  }

  private void each(Consumer<Version> use) {
    for (Version last : newest.values()) {
      for (@Nullable Version version = last; version != null; version = version.older) {
        use.accept(version);
      }
    }
  }

  /**
   * Takes up what was remembered, before any row.
   *
   * @param remembered what {@link #forgotten()} said
   */
  public void forgotten(long remembered) {
    forgotten = remembered;
    begin();
  }

  /** The versions of rows that were kept, with the times that were theirs. */
  Version[] again(Chunk chunk, Column.OfLong until) {
    Version[] versions = new Version[chunk.size()];
    for (int row = 0; row < versions.length; row++) {
      versions[row] = again(id(chunk, row), chunk.event(row), chunk.known(row), until.get(row));
    }
    return versions;
  }

  private Version again(Object id, long event, long known, long until) {
    Version version = new Version(id, event, known);
    version.until(until);
    Version newer = null;
    Version older = newest.get(id);
    while (older != null
        && (older.known > known || (older.known == known && older.until() > until))) {
      newer = older;
      older = older.older;
    }
    insert(version, newer, older);
    anyReplaced |= until != Version.NEVER;
    return version;
  }

  private static Object id(Chunk chunk, int row) {
    return requireNonNull(requireNonNull(chunk.ids(), "ids").value(row), "an id that was checked");
  }

  /** The versions of rows that were ingested after all before. */
  Version[] of(Chunk chunk) {
    Version[] versions = new Version[chunk.size()];
    for (int row = 0; row < versions.length; row++) {
      versions[row] = add(id(chunk, row), chunk.event(row), chunk.known(row));
    }
    return versions;
  }

  /** Whether a row is, or ever was, replaced. */
  boolean anyReplaced() {
    return anyReplaced;
  }

  private Version add(Object id, long event, long known) {
    Version version = new Version(id, event, known);
    Version newer = null;
    Version older = newest.get(id);
    while (older != null && older.known > known) {
      newer = older;
      older = older.older;
    }
    // What came before by knowledge may arrive after: a backfill, or a clock that was set back.
    long next = newer == null ? Version.NEVER : newer.known;
    version.unsure = known < forgotten && (older == null || older.until() != next);
    version.until(next);
    insert(version, newer, older);
    if (older != null) {
      end(older, Math.min(known, older.until()));
    }
    anyReplaced |= version.unsure || newer != null || older != null;
    if (undoable) {
      added.add(version);
    }
    return version;
  }

  private void insert(Version version, @Nullable Version newer, @Nullable Version older) {
    version.older = older;
    if (newer == null) {
      newest.put(version.id, version);
    } else {
      newer.older = version;
    }
    if (undoable && newer == null && older == null) {
      turns.add(version.id);
    }
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

  private static boolean isDropped(Version newest, long horizon) {
    for (@Nullable Version version = newest; version != null; version = version.older) {
      if (!version.dropped && (version.holder != null || version.event >= horizon)) {
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
