package dev.mlops.features.view;

import dev.mlops.data.Field;
import dev.mlops.features.timeline.Dropped;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.Spans;
import dev.mlops.features.view.FeatureVector.Status;
import org.jspecify.annotations.Nullable;

/** The latest row of an entity. */
final class LatestEvaluator implements Evaluator {

  private final boolean strict;
  private final Field[] fields;
  private final int offset;
  private final int size;
  private final boolean versioned;
  private final long ttl;

  LatestEvaluator(FeatureView view, int offset) {
    this.strict = view.strict();
    this.fields = view.features().toArray(Field[]::new);
    this.offset = offset;
    this.size = fields.length;
    this.versioned = view.source().eventId() != null;
    this.ttl = view.ttl() == null ? Long.MAX_VALUE : Spans.of(view.ttl());
  }

  @Override
  public void read(@Nullable EntityTimeline line, long t, boolean asKnown, Frame frame) {
    if (line == null) {
      frame.missing(offset, offset + size, Status.NOT_FOUND);
      return;
    }
    int latest = line.last(line.end(t, strict), t, asKnown);
    if (latest < 0) {
      frame.missing(offset, offset + size, none(line.dropped(), t));
    } else if (line.dropped().any() && line.event(latest) <= line.dropped().through()) {
      frame.missing(offset, offset + size, Status.OUT_OF_RANGE);
    } else if (line.event(latest) < Spans.minus(t, ttl)) {
      frame.missing(offset, offset + size, Status.EXPIRED);
    } else {
      for (int i = 0; i < size; i++) {
        frame.put(offset + i, fields[i], line.value(latest, i));
      }
    }
  }

  /** Why no row is there that had happened and was known. */
  private Status none(Dropped dropped, long t) {
    if (!dropped.any()) {
      return Status.NOT_FOUND;
    }
    if (!dropped.before(t, strict)) {
      return Status.OUT_OF_RANGE;
    }
    if (dropped.known() > t) {
      return Status.NOT_FOUND;
    }
    if (versioned) {
      return Status.OUT_OF_RANGE; // a later version may have moved them to another entity
    }
    return dropped.through() < Spans.minus(t, ttl) ? Status.EXPIRED : Status.OUT_OF_RANGE;
  }
}
