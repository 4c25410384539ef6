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
  private final InputKinds kinds;
  private final Map<Object, Timeline> lines = new ConcurrentHashMap<>();
  private volatile long sequence;
  private long rows;
  private long backfilled;

  History(View view) {
    this.view = view;
    this.keys = view.entity().keys().stream().map(Field::name).toList();
    if (view instanceof EventView events) {
      this.timing = events.timing();
      this.inputs = WindowEvaluator.inputs(events);
      this.kinds = InputKinds.numbers(events.integerInputs(inputs));
    } else {
      FeatureView latest = (FeatureView) view;
      this.timing = latest.timing();
      this.inputs = latest.columns().stream().map(Field::name).toList();
      this.kinds = InputKinds.columns();
    }
  }

  View view() {
    return view;
  }

  /** The last segment that was added; 0 if there is none. */
  long sequence() {
    return sequence;
  }

  /** How many rows were added. */
  long rows() {
    return rows;
  }

  /** How many of them were loaded afterwards. */
  long backfilled() {
    return backfilled;
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
      this.rows += rows.rowCount();
      backfilled += segment.backfill() ? rows.rowCount() : 0;
    }
    grouping.forEach(kinds, (key, line) -> lines.merge(key, line, Timeline::with));
    if (!segments.isEmpty()) {
      sequence = segments.get(segments.size() - 1).sequence();
    }
  }

  /**
   * When each row was known: as stated, but never before it arrived. What arrived later than stated
   * was in no live answer until then, and a training set that had it would be another. Only of a
   * backfill are the stated times the truth.
   */
  private long[] known(Segment segment, long[] event) {
    long[] known = stated(segment, event);
    if (!segment.backfill()) {
      for (int row = 0; row < known.length; row++) {
        known[row] = Math.max(known[row], segment.ingested());
      }
    }
    return known;
  }

  private long[] stated(Segment segment, long[] event) {
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
