package dev.mlops.features.view;

import dev.mlops.data.Field;
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
  private final long ttl;

  LatestEvaluator(FeatureView view, int offset) {
    this.strict = view.strict();
    this.fields = view.features().toArray(Field[]::new);
    this.offset = offset;
    this.size = fields.length;
    this.ttl = view.ttl() == null ? Long.MAX_VALUE : Spans.of(view.ttl());
  }

  @Override
  public void read(@Nullable EntityTimeline line, long t, boolean asKnown, Frame frame) {
    int latest = line == null ? -1 : latest(line, t, asKnown);
    if (line == null || latest < 0) {
      frame.missing(offset, offset + size, Status.NOT_FOUND);
    } else if (line.event(latest) < Spans.minus(t, ttl)) {
      frame.missing(offset, offset + size, Status.EXPIRED);
    } else {
      for (int i = 0; i < size; i++) {
        frame.put(offset + i, fields[i], line.value(latest, i));
      }
    }
  }

  private int latest(EntityTimeline line, long t, boolean asKnown) {
    int end = line.end(t, strict);
    return asKnown ? line.lastKnown(end, t) : end - 1;
  }
}
