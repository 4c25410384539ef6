package dev.mlops.tracking;

import static java.util.stream.Collectors.joining;

import dev.mlops.data.Micros;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes and reads metric points and summaries inside a session. */
final class MetricRecords {

  private static final int SEGMENT = 1_000;
  private static final int NAMES = 100;

  private static final String UPDATE =
      "UPDATE mlops_run_metrics SET points = ?,"
          + " first_step = ?, first_at = ?, first_real = ?, latest_step = ?, latest_at = ?, latest_real = ?,"
          + " min_step = ?, min_at = ?, min_real = ?, max_step = ?, max_at = ?, max_real = ?, segments = ?"
          + " WHERE run = ? AND name = ?";
  private static final String INSERT =
      "INSERT INTO mlops_run_metrics (points, first_step, first_at, first_real, latest_step, latest_at, latest_real,"
          + " min_step, min_at, min_real, max_step, max_at, max_real, segments, run, name)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String INSERT_SEGMENT =
      "INSERT INTO mlops_metric_segments (metric, position, points, packed) VALUES (?, ?, ?, ?)";

  private MetricRecords() {}

  /**
   * Appends points to those that are there. Writers of one run come one by one, by its lock, which
   * the caller holds, and the database knows how many points each has stored: so a repeat is
   * harmless, also after a commit whose answer got lost.
   */
  static void write(Session session, RunRecords.Started run, List<MetricSeries.Pending> pending) {
    write(session, run, pending, true);
  }

  /**
   * Appends the last points of a writer, who is forgotten in this transaction: nothing is noted of
   * how many they are, and metrics of one point, as most are that a run logs at its end, go in one
   * batch.
   */
  static void writeLast(
      Session session, RunRecords.Started run, List<MetricSeries.Pending> pending) {
    write(session, run, pending, false);
  }

  /** A metric that was never stored, as its row and its segments will be. */
  record Fresh(MetricSummary summary, List<Points> segments) {

    static Fresh of(MetricSeries.Pending pending) {
      MetricSummary summary = MetricRecords.summary(Optional.empty(), pending, 0);
      return new Fresh(
          summary,
          summary.count() == 1
              ? List.of()
              : MetricRecords.segments(new Points(), pending.points(), 0));
    }
  }

  /** Writes all metrics of runs that were just inserted; the lists go side by side. */
  static void insert(Session session, List<Long> runs, List<List<Fresh>> metrics) {
    List<@Nullable Object[]> single = new ArrayList<>();
    List<@Nullable Object[]> several = new ArrayList<>();
    List<List<Points>> segments = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      for (Fresh metric : metrics.get(i)) {
        @Nullable Object[] cells = cells(runs.get(i), metric.summary(), metric.segments().size());
        if (metric.segments().isEmpty()) {
          single.add(cells);
        } else {
          several.add(cells);
          segments.add(metric.segments());
        }
      }
    }
    session.batch(INSERT, single);
    List<Long> ids = session.insertAll(INSERT, several);
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      addSegments(rows, ids.get(i), 0, segments.get(i), 0);
    }
    session.batch(INSERT_SEGMENT, rows);
  }

  static void lock(Session session, RunRecords.Started run) {
    session.lock("SELECT id FROM mlops_runs WHERE id = ?", row -> true, run.id());
  }

  private static void write(
      Session session,
      RunRecords.Started run,
      List<MetricSeries.Pending> pending,
      boolean isCounted) {
    Map<String, Stored> known =
        Stored.find(session, run, pending.stream().map(MetricSeries.Pending::name).toList());
    List<@Nullable Object[]> single = new ArrayList<>();
    for (MetricSeries.Pending series : pending) {
      Optional<Stored> before = Optional.ofNullable(known.get(series.name()));
      long written = before.map(Stored::written).orElse(0L);
      int first = (int) Math.max(0, written - series.offset());
      if (before.isEmpty() && !isCounted && series.points().size() == 1) {
        single.add(cells(run.id(), summary(before, series, first), 0));
      } else if (first < series.points().size()) {
        append(session, run, before, series, first, isCounted);
      }
    }
    session.batch(INSERT, single);
  }

  private static MetricSummary summary(
      Optional<Stored> before, MetricSeries.Pending pending, int first) {
    Points points = pending.points();
    RunningSummary summary =
        before.map(stored -> RunningSummary.of(stored.summary())).orElseGet(RunningSummary::new);
    for (int i = first; i < points.size(); i++) {
      summary.add(points.step(i), points.micros(i), points.value(i));
    }
    return summary.toSummary(pending.name());
  }

  private static void append(
      Session session,
      RunRecords.Started run,
      Optional<Stored> before,
      MetricSeries.Pending pending,
      int first,
      boolean isCounted) {
    Points points = pending.points();
    MetricSummary after = summary(before, pending, first);
    Points open = before.map(stored -> stored.open(session)).orElseGet(Points::new);
    boolean rewrites = open.size() > 0 && before.filter(Stored::isOnePoint).isEmpty();
    long position = before.map(Stored::segments).orElse(0L) - (rewrites ? 1 : 0);
    List<Points> segments = after.count() == 1 ? List.of() : segments(open, points, first);
    @Nullable Object[] cells = cells(run.id(), after, position + segments.size());
    if (before.isPresent()) {
      session.update(UPDATE, cells);
    }
    long metric = before.isPresent() ? before.get().metric() : session.insert(INSERT, cells);
    store(session, metric, position, segments, rewrites);
    if (isCounted) {
      count(session, run, metric, before, pending.offset() + points.size());
    }
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

  private static void store(
      Session session, long metric, long position, List<Points> segments, boolean rewrites) {
    int from = 0;
    if (rewrites) {
      Points open = segments.get(0);
      session.update(
          "UPDATE mlops_metric_segments SET points = ?, packed = ? WHERE metric = ? AND position = ?",
          open.size(),
          SegmentCodec.pack(open),
          metric,
          position);
      from = 1;
    }
    List<@Nullable Object[]> rows = new ArrayList<>();
    addSegments(rows, metric, position, segments, from);
    session.batch(INSERT_SEGMENT, rows);
  }

  private static void addSegments(
      List<@Nullable Object[]> rows, long metric, long position, List<Points> segments, int from) {
    for (int i = from; i < segments.size(); i++) {
      Points points = segments.get(i);
      rows.add(new Object[] {metric, position + i, points.size(), SegmentCodec.pack(points)});
    }
  }

  private static void count(
      Session session, RunRecords.Started run, long metric, Optional<Stored> before, long points) {
    if (before.filter(stored -> stored.written() > 0).isPresent()) {
      session.update(
          "UPDATE mlops_metric_writes SET points = ? WHERE writer = ? AND metric = ?",
          points,
          run.writer(),
          metric);
    } else {
      session.update(
          "INSERT INTO mlops_metric_writes (writer, metric, points) VALUES (?, ?, ?)",
          run.writer(),
          metric,
          points);
    }
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

    /** Returns the last segment if it has room; else an empty one. */
    Points open(Session session) {
      if (isOnePoint()) {
        Points only = new Points();
        MetricPoint point = summary.latest();
        only.add(point.step(), Micros.floor(point.time()), point.value());
        return only;
      }
      return session
          .first(
              "SELECT packed FROM mlops_metric_segments WHERE metric = ? AND position = ? AND points < ?",
              row -> SegmentCodec.unpack(row.bytes("packed")),
              metric,
              segments - 1,
              SEGMENT)
          .orElseGet(Points::new);
    }
  }

  private static @Nullable Object[] cells(long run, MetricSummary summary, long segments) {
    List<@Nullable Object> cells = new ArrayList<>(List.of(summary.count()));
    MetricPoint latest = summary.latest();
    addPoint(cells, summary.first(), latest);
    addPoint(cells, latest, null);
    addPoint(cells, summary.min(), latest);
    addPoint(cells, summary.max(), latest);
    cells.addAll(List.of(segments, run, summary.name()));
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

  static MetricSummary summary(ResultRow row) {
    MetricPoint latest =
        new MetricPoint(
            row.number("latest_step"), row.instant("latest_at"), row.real("latest_real"));
    return new MetricSummary(
        row.text("name"),
        row.number("points"),
        point(row, "first", latest),
        latest,
        point(row, "min", latest),
        point(row, "max", latest));
  }

  private static MetricPoint point(ResultRow row, String which, MetricPoint latest) {
    Long step = row.numberOrNull(which + "_step");
    return step == null
        ? latest
        : new MetricPoint(step, row.instant(which + "_at"), row.real(which + "_real"));
  }

  /**
   * Reads every point of a metric, in the order of (step, time, value). In one statement, as a
   * second one might find that the only point of the first has got a segment meanwhile.
   */
  static Points points(Session session, long run, String name) {
    Points points = new Points();
    session.each(
        "SELECT s.position, s.packed, m.latest_step, m.latest_at, m.latest_real FROM mlops_run_metrics m"
            + " LEFT JOIN mlops_metric_segments s ON s.metric = m.id"
            + " WHERE m.run = ? AND m.name = ? ORDER BY s.position",
        row -> {
          if (row.numberOrNull("position") == null) {
            points.add(row.number("latest_step"), row.number("latest_at"), row.real("latest_real"));
          } else {
            Points segment = SegmentCodec.unpack(row.bytes("packed"));
            points.addAll(segment, 0, segment.size());
          }
        },
        run,
        name);
    return points.sorted();
  }
}
