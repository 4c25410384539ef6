package dev.mlops.tracking;

import static java.util.stream.Collectors.joining;

import dev.mlops.data.Micros;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes metric points and summaries inside a session, those of all metrics of a run together: a
 * handful of statements, however many metrics there are.
 */
final class MetricWriter {

  private static final int SEGMENT = 1_000;
  private static final int NAMES = 100;

  private static final String UPDATE =
      "UPDATE mlops_run_metrics SET points = ?,"
          + " first_step = ?, first_at = ?, first_real = ?, latest_step = ?, latest_at = ?, latest_real = ?,"
          + " min_step = ?, min_at = ?, min_real = ?, max_step = ?, max_at = ?, max_real = ?, segments = ?"
          + " WHERE id = ?";
  private static final String INSERT =
      "INSERT INTO mlops_run_metrics (points, first_step, first_at, first_real, latest_step, latest_at, latest_real,"
          + " min_step, min_at, min_real, max_step, max_at, max_real, segments, run, name)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String UPDATE_SEGMENT =
      "UPDATE mlops_metric_segments SET points = ?, packed = ? WHERE metric = ? AND position = ?";
  private static final String INSERT_SEGMENT =
      "INSERT INTO mlops_metric_segments (metric, position, points, packed) VALUES (?, ?, ?, ?)";
  private static final String UPDATE_COUNT =
      "UPDATE mlops_metric_writes SET points = ? WHERE writer = ? AND metric = ?";
  private static final String INSERT_COUNT =
      "INSERT INTO mlops_metric_writes (points, writer, metric) VALUES (?, ?, ?)";

  private final List<@Nullable Object[]> updated = new ArrayList<>();
  private final List<@Nullable Object[]> rewrittenSegments = new ArrayList<>();
  private final List<@Nullable Object[]> newSegments = new ArrayList<>();
  private final List<@Nullable Object[]> updatedCounts = new ArrayList<>();
  private final List<@Nullable Object[]> newCounts = new ArrayList<>();

  private MetricWriter() {}

  static void lock(Session session, RunRecords.Started run) {
    session.lock("SELECT id FROM mlops_runs WHERE id = ?", row -> true, run.id());
  }

  /**
   * Appends points to those that are there. Writers of one run come one by one, by its lock, which
   * the caller holds, and the database knows how many points each has stored: so a repeat is
   * harmless, also after a commit whose answer got lost.
   */
  static void write(Session session, RunRecords.Started run, List<MetricSeries.Pending> pending) {
    new MetricWriter().append(session, run, pending, true);
  }

  /**
   * Appends the last points of a writer, who is forgotten in this transaction: nothing is noted of
   * how many they are.
   */
  static void writeLast(
      Session session, RunRecords.Started run, List<MetricSeries.Pending> pending) {
    new MetricWriter().append(session, run, pending, false);
  }

  /** Writes all metrics of runs that were just inserted; the lists go side by side. */
  static void insert(Session session, List<Long> runs, List<List<Fresh>> metrics) {
    new MetricWriter().insertAll(session, runs, metrics);
  }

  /** A metric that was never stored, as its row and its segments will be. */
  record Fresh(MetricSummary summary, List<Points> segments) {

    static Fresh of(MetricSeries.Pending pending) {
      MetricSummary summary = added(new RunningSummary(), pending, 0);
      return new Fresh(
          summary,
          summary.count() == 1
              ? List.of()
              : MetricWriter.segments(new Points(), pending.points(), 0));
    }

    /** A metric that is added with all its points, at least one. */
    static Fresh of(String name, Points points) {
      RunningSummary summary = new RunningSummary();
      for (int i = 0; i < points.size(); i++) {
        summary.add(points.step(i), points.micros(i), points.value(i));
      }
      return new Fresh(
          summary.toSummary(name),
          points.size() == 1 ? List.of() : MetricWriter.segments(new Points(), points, 0));
    }
  }

  /** Metrics of one point, as most are that a run logs at its end, need no key. */
  private void insertAll(Session session, List<Long> runs, List<List<Fresh>> metrics) {
    List<@Nullable Object[]> single = new ArrayList<>();
    List<@Nullable Object[]> several = new ArrayList<>();
    List<List<Points>> segments = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      for (Fresh metric : metrics.get(i)) {
        @Nullable Object[] cells =
            cells(metric.summary(), metric.segments().size(), runs.get(i), metric.summary().name());
        if (metric.segments().isEmpty()) {
          single.add(cells);
        } else {
          several.add(cells);
          segments.add(metric.segments());
        }
      }
    }
    session.batch(INSERT, single);
    List<Long> keys = session.insertAll(INSERT, several);
    for (int i = 0; i < keys.size(); i++) {
      addSegments(keys.get(i), 0, segments.get(i));
    }
    flush(session);
  }

  private void append(
      Session session,
      RunRecords.Started run,
      List<MetricSeries.Pending> pending,
      boolean isCounted) {
    Map<String, Stored> known =
        Stored.find(session, run, pending.stream().map(MetricSeries.Pending::name).toList());
    List<MetricSeries.Pending> fresh = new ArrayList<>();
    List<MetricSeries.Pending> continued = new ArrayList<>();
    for (MetricSeries.Pending series : pending) {
      Stored before = known.get(series.name());
      if (before == null) {
        fresh.add(series);
      } else if (first(before, series) < series.points().size()) {
        continued.add(series);
      }
    }
    Map<Long, Points> open =
        open(session, continued.stream().map(series -> known(known, series)).toList());
    for (MetricSeries.Pending series : continued) {
      Stored before = known(known, series);
      proceed(before, series, open.getOrDefault(before.metric(), new Points()));
      if (isCounted) {
        (before.written() > 0 ? updatedCounts : newCounts).add(count(run, before.metric(), series));
      }
    }
    begin(session, run, fresh, isCounted);
    flush(session);
  }

  private static Stored known(Map<String, Stored> known, MetricSeries.Pending series) {
    return Objects.requireNonNull(known.get(series.name()));
  }

  /** Of the points that wait, the first that this writer has not stored. */
  private static int first(Stored before, MetricSeries.Pending series) {
    return (int) Math.max(0, before.written() - series.offset());
  }

  private static @Nullable Object[] count(
      RunRecords.Started run, long metric, MetricSeries.Pending series) {
    return new Object[] {series.offset() + series.points().size(), run.writer(), metric};
  }

  private void begin(
      Session session,
      RunRecords.Started run,
      List<MetricSeries.Pending> fresh,
      boolean isCounted) {
    List<Fresh> metrics = fresh.stream().map(Fresh::of).toList();
    if (!isCounted) {
      insertAll(session, List.of(run.id()), List.of(metrics));
      return;
    }
    List<Long> keys =
        session.insertAll(
            INSERT,
            metrics.stream()
                .map(
                    metric ->
                        cells(
                            metric.summary(),
                            metric.segments().size(),
                            run.id(),
                            metric.summary().name()))
                .toList());
    for (int i = 0; i < keys.size(); i++) {
      addSegments(keys.get(i), 0, metrics.get(i).segments());
      newCounts.add(count(run, keys.get(i), fresh.get(i)));
    }
  }

  /** Appends to a metric that is there; its last segment is rewritten until it is full. */
  private void proceed(Stored before, MetricSeries.Pending series, Points last) {
    int first = first(before, series);
    MetricSummary after = added(RunningSummary.of(before.summary()), series, first);
    boolean rewrites = last.size() > 0 && !before.isOnePoint();
    long position = before.segments() - (rewrites ? 1 : 0);
    List<Points> segments = segments(last, series.points(), first);
    updated.add(cells(after, position + segments.size(), before.metric()));
    if (rewrites) {
      Points open = segments.get(0);
      rewrittenSegments.add(
          new Object[] {open.size(), SegmentCodec.pack(open), before.metric(), position});
    }
    int skipped = rewrites ? 1 : 0;
    addSegments(before.metric(), position + skipped, segments.subList(skipped, segments.size()));
  }

  private static MetricSummary added(
      RunningSummary summary, MetricSeries.Pending pending, int first) {
    Points points = pending.points();
    for (int i = first; i < points.size(); i++) {
      summary.add(points.step(i), points.micros(i), points.value(i));
    }
    return summary.toSummary(pending.name());
  }

  /** Fills the open segment, and begins as many others as are needed. */
  private static List<Points> segments(Points open, Points points, int first) {
    List<Points> segments = new ArrayList<>();
    Points last = open;
    for (int from = first; from < points.size(); ) {
      int to = Math.min(points.size(), from + SEGMENT - last.size());
      last.addAll(points, from, to);
      segments.add(last);
      last = new Points();
      from = to;
    }
    return segments;
  }

  private void addSegments(long metric, long position, List<Points> segments) {
    for (int i = 0; i < segments.size(); i++) {
      Points points = segments.get(i);
      newSegments.add(
          new Object[] {metric, position + i, points.size(), SegmentCodec.pack(points)});
    }
  }

  private void flush(Session session) {
    session.batch(UPDATE, updated);
    session.batch(UPDATE_SEGMENT, rewrittenSegments);
    session.batch(INSERT_SEGMENT, newSegments);
    session.batch(UPDATE_COUNT, updatedCounts);
    session.batch(INSERT_COUNT, newCounts);
    List.of(updated, rewrittenSegments, newSegments, updatedCounts, newCounts).forEach(List::clear);
  }

  /** Returns the points that new ones are appended to, by the key of the metric. */
  private static Map<Long, Points> open(Session session, List<Stored> metrics) {
    Map<Long, Points> open = new HashMap<>();
    List<Long> packed = new ArrayList<>();
    for (Stored metric : metrics) {
      if (metric.isOnePoint()) {
        MetricPoint point = metric.summary().latest();
        Points only = new Points();
        only.add(point.step(), Micros.floor(point.time()), point.value());
        open.put(metric.metric(), only);
      } else {
        packed.add(metric.metric());
      }
    }
    if (!packed.isEmpty()) {
      session.each(
          "SELECT s.metric, s.packed FROM mlops_run_metrics m JOIN mlops_metric_segments s"
              + " ON s.metric = m.id AND s.position = m.segments - 1 WHERE s.points < ? AND "
              + Keys.in("m.id", packed),
          row -> open.put(row.number("metric"), SegmentCodec.unpack(row.bytes("packed"))),
          SEGMENT);
    }
    return open;
  }

  /** A metric as the database has it, and how many of its points one writer has stored. */
  private record Stored(long metric, long segments, MetricSummary summary, long written) {
    /** Looks up metrics of a run, by name; those that it has not are left out. */
    static Map<String, Stored> find(Session session, RunRecords.Started run, List<String> names) {
      Map<String, Stored> found = new HashMap<>();
      for (int from = 0; from < names.size(); from += NAMES) {
        List<String> some = names.subList(from, Math.min(names.size(), from + NAMES));
        List<Object> arguments = new ArrayList<>(List.of(run.writer(), run.id()));
        arguments.addAll(some);
        session.each(
            "SELECT m.*, w.points AS written FROM mlops_run_metrics m"
                + " LEFT JOIN mlops_metric_writes w ON w.metric = m.id AND w.writer = ?"
                + some.stream()
                    .map(name -> "?")
                    .collect(joining(", ", " WHERE m.run = ? AND m.name IN (", ")")),
            row -> found.put(row.text("name"), of(row)),
            arguments.toArray());
      }
      return found;
    }

    private static Stored of(ResultRow row) {
      Long written = row.numberOrNull("written");
      return new Stored(
          row.number("id"),
          row.number("segments"),
          MetricRecords.summary(row),
          written == null ? 0 : written);
    }

    /** One point is its own summary, and has no segment. */
    boolean isOnePoint() {
      return summary.count() == 1;
    }
  }

  /** Returns the cells of a summary and those that come behind them. */
  private static @Nullable Object[] cells(MetricSummary summary, long segments, Object... rest) {
    List<@Nullable Object> cells = new ArrayList<>(List.of(summary.count()));
    MetricPoint latest = summary.latest();
    addPoint(cells, summary.first(), latest);
    addPoint(cells, latest, null);
    addPoint(cells, summary.min(), latest);
    addPoint(cells, summary.max(), latest);
    cells.add(segments);
    cells.addAll(List.of(rest));
    return cells.toArray();
  }

  /** Adds a point, or nothing where it is one that is there already. */
  private static void addPoint(
      List<@Nullable Object> cells, MetricPoint point, @Nullable MetricPoint known) {
    boolean isKnown = point.equals(known);
    cells.add(isKnown ? null : point.step());
    cells.add(isKnown ? null : point.time());
    cells.add(isKnown ? null : point.value());
  }
}
