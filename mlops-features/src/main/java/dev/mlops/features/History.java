package dev.mlops.features;

import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.EventRows;
import dev.mlops.features.timeline.Grouping;
import dev.mlops.features.view.View;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A view's rows in memory, a timeline for each entity. Read by many threads while one adds: a
 * timeline is replaced as a whole.
 */
final class History {

  private final View view;
  private final Map<Object, EntityTimeline> lines = new ConcurrentHashMap<>();
  private volatile long sequence;

  History(View view) {
    this.view = view;
  }

  View view() {
    return view;
  }

  /** The last segment that was added; 0 if there is none. */
  long sequence() {
    return sequence;
  }

  @Nullable EntityTimeline find(Object key) {
    return lines.get(key);
  }

  /** Adds segments, in the order of their sequence; used by one thread at a time. */
  void add(List<Segment> segments) {
    Grouping grouping = new Grouping(view.layout());
    for (Segment segment : segments) {
      grouping.add(new EventRows(segment.rows(), segment.ingested(), segment.backfill()));
    }
    grouping.forEach((key, line) -> lines.merge(key, line, EntityTimeline::with));
    if (!segments.isEmpty()) {
      sequence = segments.get(segments.size() - 1).sequence();
    }
  }
}
