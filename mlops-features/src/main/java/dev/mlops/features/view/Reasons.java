package dev.mlops.features.view;

import dev.mlops.data.Micros;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.features.timeline.Dropped;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.Spans;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says in words which rows a view's features are made of at an instant, and which are left out. */
final class Reasons {

  private final @Nullable EntityTimeline line;
  private final boolean strict;
  private final long t;

  Reasons(@Nullable EntityTimeline line, boolean strict, long t) {
    this.line = line;
    this.strict = strict;
    this.t = t;
  }

  String window(Duration window) {
    String none = none();
    if (line == null || none != null) {
      return String.valueOf(none);
    }
    long length = Spans.of(window);
    if (!line.dropped().before(Spans.minus(t, length), strict)) {
      return gone(line.dropped());
    }
    int from = line.start(t, length, strict);
    int end = line.end(t, strict);
    int[] hidden = line.hidden(from, end, t, true);
    String range = Micros.instant(Spans.minus(t, length)) + ", " + Micros.instant(t);
    return Plural.of(end - from - hidden.length, "event")
        + " in "
        + (strict ? "[" + range + ")" : "(" + range + "]")
        + left(hidden);
  }

  String latest(@Nullable Duration ttl) {
    String none = none();
    if (line == null || none != null) {
      return String.valueOf(none);
    }
    int end = line.end(t, strict);
    int row = line.last(end, t, true);
    if (row < 0 && !line.dropped().any()) {
      return "0 rows" + left(line.hidden(line.first(), end, t, true));
    }
    if (row < 0 || line.event(row) <= line.dropped().through()) {
      return gone(line.dropped());
    }
    String age = ttl == null ? "" : ", usable for " + Exactly.duration(ttl);
    return "the row of "
        + Micros.instant(line.event(row))
        + ", known at "
        + Micros.instant(line.known(row))
        + age
        + left(line.hidden(row + 1, end, t, true));
  }

  /** Why there is no row at all, or null if there is one. */
  private @Nullable String none() {
    if (line == null) {
      return "no row of this entity was ingested, or the request lacks a key";
    }
    if (line.dropped().any()) {
      return null;
    }
    int end = line.end(t, strict);
    if (end == line.first()) {
      return "the first row of this entity is of " + Micros.instant(line.event(end));
    }
    return line.isFound(end, t, true)
        ? null
        : "0 rows" + left(line.hidden(line.first(), end, t, true));
  }

  private static String gone(Dropped dropped) {
    return "live rows up to " + Micros.instant(dropped.through()) + " are not kept any more";
  }

  private String left(int[] hidden) {
    if (line == null || hidden.length == 0) {
      return "";
    }
    long first = Long.MAX_VALUE;
    int replaced = 0;
    for (int row : hidden) {
      if (line.isReplaced(row, t)) {
        replaced++;
      } else {
        first = Math.min(first, line.known(row));
      }
    }
    int unknown = hidden.length - replaced;
    return (unknown == 0
            ? ""
            : "; " + unknown + " left out, known from " + Micros.instant(first) + " on")
        + (replaced == 0 ? "" : "; " + replaced + " replaced by later versions");
  }
}
