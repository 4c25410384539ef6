package dev.mlops.predictions;

import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import dev.mlops.predictions.IdIndex.Place;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which records of a batch are new.
 *
 * @param fresh those whose id is not stored
 * @param duplicates how many are stored with the same content
 * @param conflicts the ids of those that are stored with another content
 */
record Novelty(List<ReadRecord> fresh, int duplicates, List<String> conflicts) {

  /**
   * Compares records with each other and with what is stored: with all segments of the project that
   * reach over the time of a record, and with those whose ids are in memory.
   */
  static Novelty of(Session session, SegmentTable table, IdIndex index, List<ReadRecord> records) {
    Map<String, ReadRecord> first = new HashMap<>(2 * records.size());
    List<ReadRecord> unique = new ArrayList<>(records.size());
    List<ReadRecord> again = new ArrayList<>();
    for (ReadRecord read : records) {
      (first.putIfAbsent(read.id(), read) == null ? unique : again).add(read);
    }
    long least = records.stream().mapToLong(ReadRecord::micros).min().orElse(0);
    long greatest = records.stream().mapToLong(ReadRecord::micros).max().orElse(0);
    Set<Segment> segments = new LinkedHashSet<>(table.list(session, null, least, greatest));
    segments.addAll(index.remembered());
    long[] hashes = unique.stream().mapToLong(ReadRecord::hash).sorted().toArray();
    Map<String, Place> stored = index.find(session, segments, first.keySet(), hashes);
    if (again.isEmpty() && stored.isEmpty()) {
      return new Novelty(unique, 0, List.of());
    }
    Sorting sorting = new Sorting();
    unique.stream()
        .filter(read -> stored.containsKey(read.id()))
        .forEach(read -> sorting.compare(read, Objects.requireNonNull(stored.get(read.id()))));
    again.forEach(
        read -> sorting.compare(read, Objects.requireNonNull(first.get(read.id())), stored));
    List<ReadRecord> fresh =
        unique.stream().filter(read -> !stored.containsKey(read.id())).toList();
    return new Novelty(fresh, sorting.duplicates, sorting.conflicts);
  }

  private static final class Sorting {
    private final List<String> conflicts = new ArrayList<>();
    private int duplicates;

    void compare(ReadRecord read, Place place) {
      boolean same =
          read.record().model().equals(place.segment().model())
              && isSame(only(read), place.records().row(place.row()));
      count(read, same);
    }

    void compare(ReadRecord read, ReadRecord first, Map<String, Place> stored) {
      Place place = stored.get(read.id());
      if (place != null) {
        compare(read, place);
      } else {
        count(
            read,
            read.record().model().equals(first.record().model())
                && isSame(only(read), only(first)));
      }
    }

    private void count(ReadRecord read, boolean same) {
      if (same) {
        duplicates++;
      } else {
        conflicts.add(read.id());
      }
    }

    private static Row only(ReadRecord read) {
      Dataset row = RecordColumns.of(List.of(read));
      return row.row(0);
    }
  }

  /** Tells whether two rows hold the same values, whatever else was stored beside them. */
  static boolean isSame(Row one, Row other) {
    Map<String, Object> left = present(one);
    Map<String, Object> right = present(other);
    if (left.size() != right.size()) {
      return false;
    }
    return left.entrySet().stream()
        .allMatch(value -> isSame(value.getValue(), right.get(value.getKey())));
  }

  private static Map<String, Object> present(Row row) {
    Map<String, Object> present = new HashMap<>();
    row.toMap()
        .forEach(
            (name, value) -> {
              if (value != null) {
                present.put(name, value);
              }
            });
    return present;
  }

  /** A number may have become one with a fraction, or a text, for the sake of its neighbours. */
  private static boolean isSame(Object one, @Nullable Object other) {
    if (one instanceof float[] left && other instanceof float[] right) {
      return Arrays.equals(left, right);
    }
    if (one.equals(other)) {
      return true;
    }
    if (one instanceof Number left && other instanceof Number right) {
      return left.doubleValue() == right.doubleValue();
    }
    return other instanceof String text
        && (text.equals(one.toString())
            || (one instanceof Long number && text.equals(Double.toString(number))));
  }
}
