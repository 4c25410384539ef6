package dev.mlops.features;

import dev.mlops.data.Batches;
import dev.mlops.features.store.Appended;
import dev.mlops.features.store.Checkpoint;
import dev.mlops.features.store.Segment;
import dev.mlops.features.store.SegmentLog;
import dev.mlops.features.store.TimelineStore;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.View;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of sources and, for the views that have a reader, their live timelines. One thread at a
 * time adds rows; readers are never stopped.
 */
final class LiveRows {

  private static final Logger LOG = LoggerFactory.getLogger(LiveRows.class);

  private final SegmentLog log;
  private final TimelineStore timelines;
  private final CheckpointTable checkpoints;
  private final Map<String, View> views = new LinkedHashMap<>();

  /** How many rows each view was given since its last checkpoint. */
  private final Map<String, Long> since = new HashMap<>();

  private final Object lock = new Object();

  LiveRows(SegmentLog log, TimelineStore timelines, CheckpointTable checkpoints) {
    this.log = log;
    this.timelines = timelines;
    this.checkpoints = checkpoints;
  }

  SegmentLog log() {
    return log;
  }

  /** Makes views live. */
  void open(List<View> wanted) {
    synchronized (lock) {
      for (View view : wanted) {
        if (timelines.position(view) == 0) {
          restore(view);
        }
        views.put(view.name(), view);
      }
      refresh();
    }
  }

  /** What cannot be taken up is made of the rows, which are all there. */
  private void restore(View view) {
    try {
      checkpoints.find(view).ifPresent(found -> restore(view, found));
    } catch (RuntimeException e) {
      LOG.warn("cannot use the checkpoint of view '{}'; reading all its rows", view.name(), e);
    }
  }

  private void restore(View view, Checkpoint found) {
    try {
      if (!timelines.restore(view, found)) {
        LOG.info(
            "the checkpoint of view '{}' is of no use to {}; reading all rows",
            view.name(),
            timelines);
      }
    } finally {
      found.rows().close();
    }
  }

  /** Saves what views hold that were given so many rows since the last time. */
  void checkpoint(long leastRows) {
    Map<View, Long> given = new LinkedHashMap<>();
    synchronized (lock) {
      for (View view : views.values()) {
        long rows = since.getOrDefault(view.name(), 0L);
        if (rows >= leastRows) {
          given.put(view, rows);
        }
      }
    }
    given.forEach(
        (view, rows) ->
            timelines.checkpoint(view).ifPresent(checkpoint -> write(view, rows, checkpoint)));
  }

  /**
   * What is saved does not change while others ingest, and what they ingest counts for the next.
   */
  private void write(View view, long rows, Checkpoint checkpoint) {
    checkpoints.write(view, checkpoint);
    synchronized (lock) {
      since.merge(view.name(), -rows, Long::sum);
    }
  }

  boolean isOpen(Collection<View> wanted) {
    synchronized (lock) {
      return wanted.stream().allMatch(view -> views.containsKey(view.name()));
    }
  }

  /** Stores rows, and shows them to the readers. */
  Appended append(EventSource source, Batches rows, @Nullable String batch, boolean backfill) {
    synchronized (lock) {
      Appended appended = log.append(source, rows, batch, backfill);
      views.values().stream()
          .filter(view -> view.source().name().equals(source.name()))
          .forEach(this::catchUp);
      return appended;
    }
  }

  /** Brings every live view up to what is stored. */
  void refresh() {
    synchronized (lock) {
      views.values().forEach(this::catchUp);
    }
  }

  private void catchUp(View view) {
    for (Segment segment : unseen(view)) {
      timelines.apply(view, segment);
      since.merge(view.name(), segment.rowCount(), Long::sum);
    }
  }

  @Nullable EntityTimeline find(View view, Object key) {
    return timelines.find(view, key);
  }

  /** The last ingestion that one of some views has seen. */
  long position(Collection<View> wanted) {
    return wanted.stream().mapToLong(timelines::position).max().orElse(0);
  }

  /** The last ingestion that is stored for the sources of some views. */
  long latest(Collection<View> wanted) {
    return wanted.stream().map(View::source).distinct().mapToLong(log::latest).max().orElse(0);
  }

  /** How many stored segments of some views' sources are not seen by all of the views. */
  long lag(Collection<View> wanted) {
    Map<String, Long> behind = new LinkedHashMap<>();
    for (View view : wanted) {
      behind.merge(view.source().name(), (long) unseen(view).size(), Math::max);
    }
    return behind.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The views that have not seen all that is stored. */
  List<String> behind(Collection<View> wanted) {
    return wanted.stream().filter(view -> !unseen(view).isEmpty()).map(View::name).toList();
  }

  private List<Segment> unseen(View view) {
    return log.read(view.source(), timelines.position(view), Long.MAX_VALUE);
  }

  /** Measures while nothing is ingested. */
  <T> T measured(Supplier<T> measure) {
    synchronized (lock) {
      return measure.get();
    }
  }
}
