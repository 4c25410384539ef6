package dev.mlops.tracking;

import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes and reads metric points and summaries inside a session. */
final class MetricRecords {

  private static final String UPDATE =
      "UPDATE mlops_run_metrics SET points = ?,"
          + " first_step = ?, first_at = ?, first_real = ?, latest_step = ?, latest_at = ?, latest_real = ?,"
          + " min_step = ?, min_at = ?, min_real = ?, max_step = ?, max_at = ?, max_real = ?"
          + " WHERE run = ? AND name = ?";
  private static final String INSERT =
      "INSERT INTO mlops_run_metrics (points, first_step, first_at, first_real, latest_step, latest_at, latest_real,"
          + " min_step, min_at, min_real, max_step, max_at, max_real, run, name)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private MetricRecords() {}

  static void write(Session session, long run, List<MetricSeries.Pending> pending) {
    pending.forEach(series -> write(session, run, series));
  }

  private static void write(Session session, long run, MetricSeries.Pending pending) {
    @Nullable Object[] cells = cells(run, pending.summary());
    if (session.update(UPDATE, cells) == 0) {
      session.update(INSERT, cells);
    }
    rewrite(session, key(session, run, pending.summary().name()), pending);
  }

  /** Deleting first makes a repeat harmless, also after a commit whose answer got lost. */
  private static void rewrite(Session session, long metric, MetricSeries.Pending pending) {
    session.update(
        "DELETE FROM mlops_metric_segments WHERE metric = ? AND position >= ?",
        metric,
        pending.firstPosition());
    List<@Nullable Object[]> rows = new ArrayList<>();
    int position = pending.firstPosition();
    for (Points points : pending.segments()) {
      rows.add(new Object[] {metric, position++, points.size(), SegmentCodec.pack(points)});
    }
    session.batch(
        "INSERT INTO mlops_metric_segments (metric, position, points, packed) VALUES (?, ?, ?, ?)",
        rows);
  }

  private static long key(Session session, long run, String name) {
    return session
        .first(
            "SELECT id FROM mlops_run_metrics WHERE run = ? AND name = ?",
            row -> row.number("id"),
            run,
            name)
        .orElseThrow();
  }

  private static @Nullable Object[] cells(long run, MetricSummary summary) {
    List<Object> cells = new ArrayList<>(List.of(summary.count()));
    for (MetricPoint point :
        List.of(summary.first(), summary.latest(), summary.min(), summary.max())) {
      // H2 keeps no sign of zero and PostgreSQL does; a summary says 0, the history keeps the sign.
      cells.addAll(List.of(point.step(), point.time(), point.value() + 0.0));
    }
    cells.addAll(List.of(run, summary.name()));
    return cells.toArray();
  }

  static MetricSummary summary(ResultRow row) {
    return new MetricSummary(
        row.text("name"),
        row.number("points"),
        point(row, "first"),
        point(row, "latest"),
        point(row, "min"),
        point(row, "max"));
  }

  private static MetricPoint point(ResultRow row, String which) {
    return new MetricPoint(
        row.number(which + "_step"), row.instant(which + "_at"), row.real(which + "_real"));
  }

  static List<MetricPoint> points(Session session, long run, String name) {
    List<MetricPoint> points = new ArrayList<>();
    session
        .list(
            "SELECT s.packed FROM mlops_metric_segments s JOIN mlops_run_metrics m ON m.id = s.metric"
                + " WHERE m.run = ? AND m.name = ? ORDER BY s.position",
            row -> SegmentCodec.unpack(row.text("packed")),
            run,
            name)
        .forEach(segment -> addAll(points, segment));
    points.sort(null);
    return points;
  }

  private static void addAll(List<MetricPoint> points, Points segment) {
    for (int i = 0; i < segment.size(); i++) {
      points.add(segment.point(i));
    }
  }
}
