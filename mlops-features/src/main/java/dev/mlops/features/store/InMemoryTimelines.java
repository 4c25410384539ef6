package dev.mlops.features.store;

import static java.util.Objects.requireNonNull;

import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.Spans;
import dev.mlops.features.view.View;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Timelines in maps, by view and key. */
final class InMemoryTimelines implements TimelineStore {

  private final long lateness;
  private final Map<String, LiveView> views = new ConcurrentHashMap<>();
  private volatile boolean closed;

  InMemoryTimelines(Duration lateness) {
    if (!lateness.isZero()) {
      Spans.checkSpan("lateness", lateness);
    }
    this.lateness = Spans.of(lateness);
  }

  @Override
  public void apply(View view, Segment segment) {
    refuseIfClosed();
    views.computeIfAbsent(view.name(), name -> new LiveView(view, lateness)).apply(segment);
  }

  @Override
  public @Nullable EntityTimeline find(View view, Object key) {
    requireNonNull(view, "view");
    refuseIfClosed();
    LiveView live = views.get(view.name());
    return live == null ? null : live.find(key);
  }

  @Override
  public long position(View view) {
    requireNonNull(view, "view");
    refuseIfClosed();
    LiveView live = views.get(view.name());
    return live == null ? 0 : live.position();
  }

  @Override
  public Optional<Checkpoint> checkpoint(View view) {
    requireNonNull(view, "view");
    refuseIfClosed();
    LiveView live = views.get(view.name());
    return live == null ? Optional.empty() : Optional.of(live.checkpoint());
  }

  @Override
  public boolean restore(View view, Checkpoint checkpoint) {
    requireNonNull(view, "view");
    requireNonNull(checkpoint, "checkpoint");
    refuseIfClosed();
    if (position(view) > 0) {
      throw new IllegalStateException(
          "view '" + view.name() + "' has rows already; a checkpoint is restored before any");
    }
    LiveView restored = new LiveView(view, lateness);
    boolean usable = restored.restore(checkpoint);
    if (usable) {
      views.put(view.name(), restored);
    }
    return usable;
  }

  @Override
  public void close() {
    closed = true;
    views.clear();
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException("this timeline store is closed");
    }
  }

  @Override
  public String toString() {
    return "timelines in memory of views "
        + new TreeSet<>(views.keySet())
        + (closed ? ", closed" : "");
  }
}
