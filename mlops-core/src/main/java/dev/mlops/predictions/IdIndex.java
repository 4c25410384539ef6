package dev.mlops.predictions;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.storage.Session;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds stored predictions by their ids, segment by segment: a segment's hashes tell whether it may
 * have one, and then its records are read. The hashes of the segments that were used last stay in
 * memory, some million of eight bytes each, and a filter over all of them tells of most ids at once
 * that none of these segments has them. Safe for use by many threads.
 */
final class IdIndex {
  private static final int MOST_HASHES = 1 << 20;

  // Guarded by this: the hashes of a segment's ids, rising; the segment used last at the end.
  private final Map<Segment, long[]> known = new LinkedHashMap<>(16, 0.75f, true);
  private HashFilter filter = new HashFilter(0);
  private long size;

  /** A stored prediction. */
  record Place(Segment segment, Dataset records, int row) {
    long micros() {
      return records.instants("time").micros(row);
    }
  }

  /** Returns the segments whose hashes are in memory. */
  synchronized List<Segment> remembered() {
    return List.copyOf(known.keySet());
  }

  /** Keeps the hashes of a segment, which was just written or read. */
  synchronized void remember(Segment segment, long[] hashes) {
    long[] before = known.put(segment, hashes);
    size += hashes.length - (before == null ? 0 : before.length);
    if (before == null) {
      filter(hashes);
    }
    Iterator<long[]> oldest = known.values().iterator();
    while (size > MOST_HASHES && known.size() > 1) {
      size -= oldest.next().length;
      oldest.remove();
    }
  }

  /** What was forgotten stays in the filter until that is full, and costs time only. */
  private void filter(long[] hashes) {
    if (filter.fits(hashes.length)) {
      filter.add(hashes);
    } else {
      filter = new HashFilter(2 * size);
      known.values().forEach(filter::add);
    }
  }

  /** Forgets a segment that is gone. */
  synchronized void forget(Segment segment) {
    long[] hashes = known.remove(segment);
    size -= hashes == null ? 0 : hashes.length;
  }

  /**
   * Finds predictions.
   *
   * @param segments where to look, in this order
   * @param hashes of the ids, rising
   * @return those that were found, by id
   */
  Map<String, Place> find(
      Session session, Collection<Segment> segments, Set<String> ids, long[] hashes) {
    Map<String, Place> found = new HashMap<>();
    Memory memory = memory(segments, hashes);
    for (Segment segment : segments) {
      if (found.size() == ids.size()) {
        break;
      }
      long[] remembered = memory.hashes.get(segment);
      boolean mayHave =
          remembered == null
              ? meet(hashes, read(session, segment))
              : meet(memory.possible, remembered);
      if (mayHave) {
        Optional<Dataset> records = SegmentTable.records(session, segment);
        records.ifPresent(read -> collect(segment, read, ids, found));
      }
    }
    return found;
  }

  /** What is in memory at one moment. */
  private static final class Memory {
    final Map<Segment, long[]> hashes = new HashMap<>();

    /** Those of the hashes asked for that a segment in memory may have. */
    final long[] possible;

    Memory(long[] possible) {
      this.possible = possible;
    }
  }

  private synchronized Memory memory(Collection<Segment> segments, long[] hashes) {
    Memory memory = new Memory(Arrays.stream(hashes).filter(filter::mayHave).toArray());
    for (Segment segment : segments) {
      long[] some = known.get(segment);
      if (some != null) {
        memory.hashes.put(segment, some);
      }
    }
    return memory;
  }

  private long[] read(Session session, Segment segment) {
    long[] read = SegmentTable.hashes(session, segment);
    remember(segment, read);
    return read;
  }

  static long[] sortedHashes(Collection<String> ids) {
    return ids.stream().mapToLong(IdHash::of).sorted().toArray();
  }

  /** Tells whether two rising lists have a number in common. */
  static boolean meet(long[] few, long[] many) {
    if (few.length > many.length) {
      return meet(many, few);
    }
    if (few.length * 16L < many.length) {
      return Arrays.stream(few).anyMatch(hash -> Arrays.binarySearch(many, hash) >= 0);
    }
    int i = 0;
    int j = 0;
    while (i < few.length && j < many.length) {
      if (few[i] == many[j]) {
        return true;
      }
      if (few[i] < many[j]) {
        i++;
      } else {
        j++;
      }
    }
    return false;
  }

  private static void collect(
      Segment segment, Dataset records, Set<String> wanted, Map<String, Place> found) {
    Column.OfString ids = records.strings("id");
    for (int row = 0; row < ids.size(); row++) {
      String id = ids.get(row);
      if (id != null && wanted.contains(id)) {
        found.putIfAbsent(id, new Place(segment, records, row));
      }
    }
  }
}
