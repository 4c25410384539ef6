package dev.mlops.features;

import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.features.store.Segment;
import dev.mlops.features.store.SegmentLog;
import dev.mlops.features.timeline.EventRows;
import dev.mlops.features.view.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The stored segments of the sources of some views, up to a sequence. */
final class StoredRows {

  private final Map<String, List<Segment>> segments = new LinkedHashMap<>();

  StoredRows(SegmentLog log, Collection<View> views, long sequence) {
    for (View view : views) {
      segments.computeIfAbsent(view.source().name(), name -> log.read(view.source(), 0, sequence));
    }
  }

  /** The rows of a view's source; batches that are mapped files cost no memory of their own. */
  List<EventRows> of(View view) {
    return of(Objects.requireNonNull(segments.get(view.source().name())));
  }

  static List<EventRows> of(List<Segment> segments) {
    List<EventRows> rows = new ArrayList<>();
    for (Segment segment : segments) {
      try (Batches batches = segment.open()) {
        for (Dataset batch : batches) {
          rows.add(new EventRows(batch, segment.ingested(), segment.backfill()));
        }
      }
    }
    return rows;
  }

  long count() {
    return all().stream().mapToLong(Segment::rowCount).sum();
  }

  /** How many of the rows were loaded afterwards. */
  long backfilled() {
    return all().stream().filter(Segment::backfill).mapToLong(Segment::rowCount).sum();
  }

  private List<Segment> all() {
    return segments.values().stream().flatMap(List::stream).toList();
  }
}
