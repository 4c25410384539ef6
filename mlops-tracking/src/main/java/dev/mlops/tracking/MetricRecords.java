package dev.mlops.tracking;

import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;

/** Reads metric points and summaries inside a session; {@link MetricWriter} writes them. */
final class MetricRecords {

  private MetricRecords() {}

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
