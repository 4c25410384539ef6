package dev.mlops.features.view;

import dev.mlops.data.Field;
import dev.mlops.features.timeline.Spans;
import dev.mlops.features.timeline.TimelineLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** When a view's rows happened, when they were known, and whether the instant itself counts. */
record Timing(
    String eventTime, @Nullable String knownAt, @Nullable Duration knownAfter, boolean strict) {

  /** The time columns that an ingested row must have. */
  List<String> columns() {
    List<String> columns = new ArrayList<>(List.of(eventTime));
    if (knownAt != null && !knownAt.equals(eventTime)) {
      columns.add(knownAt);
    }
    return columns;
  }

  TimelineLayout layout(Entity entity, List<String> inputs, boolean numeric, BitSet integers) {
    List<String> keys = entity.keys().stream().map(Field::name).toList();
    return new TimelineLayout(eventTime, knownAt, knownAfter, keys, inputs, numeric, integers);
  }

  String known() {
    if (knownAt != null) {
      return "column " + knownAt;
    }
    return knownAfter == null ? "at ingestion" : "event time + " + knownAfter;
  }

  /** Collects the three choices that both kinds of view share, each at most once. */
  static final class Draft {

    private @Nullable String eventTime;
    private @Nullable String known;
    private @Nullable String knownAt;
    private @Nullable Duration knownAfter;
    private boolean strict;

    void eventTime(String column) {
      Objects.requireNonNull(column, "column");
      once("eventTime", eventTime);
      eventTime = column;
    }

    void knownAt(String column) {
      Objects.requireNonNull(column, "column");
      once("known", known);
      known = knownAt = column;
    }

    void knownAfter(Duration delay) {
      Objects.requireNonNull(delay, "delay");
      once("known", known);
      if (!delay.isZero()) {
        Spans.checkSpan("knownAfter", delay);
      }
      knownAfter = delay;
      known = "after " + delay;
    }

    void strictlyBefore() {
      strict = true;
    }

    Timing build(String view) {
      if (eventTime == null) {
        throw new IllegalStateException(
            "view '" + view + "' has no event time; name the column with eventTime(...)");
      }
      return new Timing(eventTime, knownAt, knownAfter, strict);
    }

    static void once(String option, @Nullable Object first) {
      if (first != null) {
        throw new IllegalStateException(option + " is already set: " + first);
      }
    }
  }
}
