package dev.mlops.features;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import java.util.ArrayList;
import java.util.HashMap;
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
  private final Timing timing;
  private final List<String> keys;
  private final List<String> inputs;
  private final boolean numeric;
  private final Map<Object, Timeline> lines = new ConcurrentHashMap<>();
  private volatile long sequence;

  History(View view) {
    this.view = view;
    this.keys = view.entity().keys().stream().map(Field::name).toList();
    if (view instanceof EventView events) {
      this.timing = events.timing();
      this.inputs = WindowEvaluator.inputs(events);
      this.numeric = true;
    } else {
      FeatureView latest = (FeatureView) view;
      this.timing = latest.timing();
      this.inputs = latest.columns().stream().map(Field::name).toList();
      this.numeric = false;
    }
  }

  View view() {
    return view;
  }

  /** The last segment that was added; 0 if there is none. */
  long sequence() {
    return sequence;
  }

  @Nullable Timeline find(@Nullable Object key) {
    return key == null ? null : lines.get(key);
  }

  /** Adds segments, in the order of their sequence; used by one thread at a time. */
  void add(List<Segment> segments) {
    Map<Object, TimelineBuilder> grouped = new HashMap<>();
    for (Segment segment : segments) {
      group(segment, grouped);
    }
    grouped.forEach((key, builder) -> lines.merge(key, builder.build(numeric), Timeline::with));
    if (!segments.isEmpty()) {
      sequence = segments.get(segments.size() - 1).sequence();
    }
  }

  private void group(Segment segment, Map<Object, TimelineBuilder> grouped) {
    Dataset rows = segment.rows();
    long[] event = new long[rows.rowCount()];
    for (int row = 0; row < event.length; row++) {
      event[row] = rows.instants(timing.eventTime()).micros(row);
    }
    Chunk chunk = new Chunk(event, known(segment, event), columns(rows, inputs));
    Column[] keyColumns = columns(rows, keys);
    for (int row = 0; row < event.length; row++) {
      Object key = Keys.at(keyColumns, row);
      if (key != null) {
        grouped.computeIfAbsent(key, absent -> new TimelineBuilder()).add(chunk, row);
      }
    }
  }

  private long[] known(Segment segment, long[] event) {
    long[] known = new long[event.length];
    for (int row = 0; row < known.length; row++) {
      if (timing.knownAt() != null) {
        known[row] = segment.rows().instants(timing.knownAt()).micros(row);
      } else if (timing.knownAfter() != null) {
        known[row] = Spans.plus(event[row], Spans.of(timing.knownAfter()));
      } else {
        known[row] = segment.ingested();
      }
    }
    return known;
  }

  private static Column[] columns(Dataset rows, List<String> names) {
    List<Column> columns = new ArrayList<>();
    names.forEach(name -> columns.add(rows.column(name)));
    return columns.toArray(Column[]::new);
  }
}
