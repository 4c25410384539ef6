package dev.mlops.features;

import dev.mlops.features.store.Segment;
import dev.mlops.features.store.SegmentLog;
import dev.mlops.features.timeline.EventRows;
import dev.mlops.features.view.View;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The stored segments of some views, and which of them a live reader could have seen.
 *
 * <p>Rows that were loaded afterwards are left out where they came after the reader's position,
 * since nobody could have served them.
 */
final class ServedRows {

  private final Map<String, List<Segment>> segments = new LinkedHashMap<>();

  /** The sequences of segments that were no backfill, rising. */
  private final long[] sequences;

  /** When the first of a segment and all later ones arrived. */
  private final long[] firstArrivals;

  private final List<Segment> backfills;

  ServedRows(SegmentLog log, Collection<View> views) {
    for (View view : views) {
      segments.computeIfAbsent(
          view.source().name(), name -> log.read(view.source(), 0, Long.MAX_VALUE));
    }
    List<Segment> all =
        segments.values().stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingLong(Segment::sequence))
            .toList();
    backfills = all.stream().filter(Segment::backfill).toList();
    List<Segment> live = all.stream().filter(segment -> !segment.backfill()).toList();
    sequences = live.stream().mapToLong(Segment::sequence).toArray();
    firstArrivals = new long[sequences.length];
    long first = Long.MAX_VALUE;
    for (int i = firstArrivals.length - 1; i >= 0; i--) {
      first = Math.min(first, live.get(i).ingested());
      firstArrivals[i] = first;
    }
  }

  /** Tells whether rows had arrived before an instant that a reader at a position had not seen. */
  boolean isStale(long position, long at) {
    int found = Arrays.binarySearch(sequences, position);
    int next = found < 0 ? -found - 1 : found + 1;
    return next < sequences.length && firstArrivals[next] < at;
  }

  /**
   * Returns the last backfill that a reader at a position had seen; all readers of one backfill
   * have the same training rows.
   */
  long backfill(long position) {
    long last = 0;
    for (Segment segment : backfills) {
      if (segment.sequence() > position) {
        break;
      }
      last = segment.sequence();
    }
    return last;
  }

  /** Counts the rows that were loaded after a backfill, afterwards too. */
  long leftOut(long backfill) {
    return backfills.stream()
        .filter(segment -> segment.sequence() > backfill)
        .mapToLong(Segment::rowCount)
        .sum();
  }

  /** The rows of a view's source, of backfills those up to one. */
  List<EventRows> of(View view, long backfill) {
    List<Segment> all = Objects.requireNonNull(segments.get(view.source().name()));
    return StoredRows.of(
        all.stream().filter(each -> !each.backfill() || each.sequence() <= backfill).toList());
  }
}
