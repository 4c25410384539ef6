package dev.mlops.features;

import dev.mlops.features.timeline.EventRows;
import dev.mlops.features.view.View;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The stored segments of the sources of some views. */
final class StoredRows {

  private final List<View> views;
  private final Map<String, List<Segment>> segments;

  StoredRows(List<View> views, Map<String, List<Segment>> segments) {
    this.views = views;
    this.segments = segments;
  }

  List<EventRows> of(View view) {
    return segments(view).stream()
        .map(each -> new EventRows(each.rows(), each.ingested(), each.backfill()))
        .toList();
  }

  long rows() {
    return all().stream().mapToLong(each -> each.rows().rowCount()).sum();
  }

  /** How many of the rows were loaded afterwards. */
  long backfilled() {
    return all().stream().filter(Segment::backfill).mapToLong(each -> each.rows().rowCount()).sum();
  }

  /** The views whose live rows lack some that are stored. */
  List<String> behind(Map<String, History> live) {
    return views.stream()
        .filter(view -> Objects.requireNonNull(live.get(view.name())).sequence() < last(view))
        .map(View::name)
        .toList();
  }

  private long last(View view) {
    return segments(view).stream().mapToLong(Segment::sequence).max().orElse(0);
  }

  private List<Segment> segments(View view) {
    return Objects.requireNonNull(segments.get(view.source().name()));
  }

  private List<Segment> all() {
    return segments.values().stream().flatMap(List::stream).toList();
  }
}
