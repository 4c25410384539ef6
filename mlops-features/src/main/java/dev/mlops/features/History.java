package dev.mlops.features;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import java.util.ArrayList;
import java.util.Arrays;
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
    Grouping grouping = new Grouping();
    for (Segment segment : segments) {
      Dataset rows = segment.rows();
      long[] event = micros(rows, timing.eventTime());
      Chunk chunk = new Chunk(event, known(segment, event), columns(rows, inputs));
      grouping.add(chunk, columns(rows, keys));
    }
    grouping.forEach(numeric, (key, line) -> lines.merge(key, line, Timeline::with));
    if (!segments.isEmpty()) {
      sequence = segments.get(segments.size() - 1).sequence();
    }
  }

  private long[] known(Segment segment, long[] event) {
    if (timing.knownAt() != null) {
      return micros(segment.rows(), timing.knownAt());
    }
    long[] known = new long[event.length];
    if (timing.knownAfter() == null) {
      Arrays.fill(known, segment.ingested());
    } else {
      long delay = Spans.of(timing.knownAfter());
      Arrays.setAll(known, row -> Spans.plus(event[row], delay));
    }
    return known;
  }

  private static long[] micros(Dataset rows, String column) {
    Column.OfInstant times = rows.instants(column);
    long[] micros = new long[rows.rowCount()];
    for (int row = 0; row < micros.length; row++) {
      micros[row] = times.micros(row);
    }
    return micros;
  }

  private static Column[] columns(Dataset rows, List<String> names) {
    List<Column> columns = new ArrayList<>();
    names.forEach(name -> columns.add(rows.column(name)));
    return columns.toArray(Column[]::new);
  }
}
