package dev.mlops.features.store;

import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.features.timeline.Dropped;
import dev.mlops.features.timeline.EntityNumbers;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.EventRows;
import dev.mlops.features.timeline.Grouping;
import dev.mlops.features.timeline.Keys;
import dev.mlops.features.timeline.Spans;
import dev.mlops.features.timeline.TimelineBuffer;
import dev.mlops.features.timeline.TimelineLayout;
import dev.mlops.features.timeline.Versions;
import dev.mlops.features.view.View;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The live timelines of one view. Read by many threads while one adds: the timeline of an entity is
 * replaced as a whole, and those that a segment touches are replaced when all its rows are there.
 */
final class LiveView {

  /** How many rows are put together by entity at a time. */
  private static final int STEP = 1 << 17;

  /** For each entity that a segment touches, so many others are looked at. */
  private static final int SWEEP = 2;

  /** In microseconds. */
  private static final long HOUR = 3_600_000_000L;

  /** An entity's rows, and what readers see of them. */
  private static final class Line {
    private TimelineBuffer buffer;
    private volatile @Nullable EntityTimeline seen;

    Line(TimelineLayout layout) {
      buffer = new TimelineBuffer(layout);
    }
  }

  private final CheckpointForm form;
  private final TimelineLayout layout;
  private final long lateness;
  private final Versions versions = new Versions();
  private final Map<Object, Line> lines = new ConcurrentHashMap<>();
  private Iterator<Line> sweep = Collections.emptyIterator();
  private final TreeSet<Long> hoursAhead = new TreeSet<>();
  private long latestEvent = Long.MIN_VALUE;
  private long latestArrival = Long.MIN_VALUE;
  private volatile long position;

  LiveView(View view, long lateness) {
    this.form = new CheckpointForm(view);
    this.layout = view.layout();
    this.lateness = lateness;
  }

  synchronized Checkpoint checkpoint() {
    List<CheckpointForm.Entry> entries = new ArrayList<>();
    lines.forEach(
        (key, line) -> {
          if (line.seen != null) {
            entries.add(new CheckpointForm.Entry(key, line.seen));
          }
        });
    CheckpointForm.State state =
        new CheckpointForm.State(
            lateness, latestEvent, latestArrival, versions.forgotten(), hoursAhead);
    return new Checkpoint(position, form.write(state), form.lines(entries, versions.withoutKey()));
  }

  /** Takes a checkpoint up, into a view without rows. */
  synchronized boolean restore(Checkpoint checkpoint) {
    CheckpointForm.State state = form.read(checkpoint.state());
    if (state.lateness() != lateness) {
      return false;
    }
    latestEvent = state.latestEvent();
    latestArrival = state.latestArrival();
    hoursAhead.addAll(state.hoursAhead());
    versions.forgotten(state.forgotten());
    try (Batches batches = form.checked(checkpoint.rows())) {
      batches.forEach(this::addAgain);
    }
    lines.values().forEach(line -> line.seen = line.buffer.timeline());
    position = checkpoint.sequence();
    return true;
  }

  private void addAgain(Dataset batch) {
    TimelineLayout written = form.written(batch);
    Column[] keys = written.keys().stream().map(batch::column).toArray(Column[]::new);
    Column.OfBoolean kept = batch.booleans(CheckpointForm.KEPT);
    BitSet rows = new BitSet();
    for (int row = 0; row < batch.rowCount(); row++) {
      rows.set(row, kept.get(row));
      if (!kept.get(row)) {
        long through = batch.instants(CheckpointForm.EVENT).micros(row);
        long known = batch.instants(CheckpointForm.KNOWN).micros(row);
        line(Keys.at(keys, row)).buffer.dropped(new Dropped(through, known));
      }
    }
    Dataset again = batch.where(rows);
    EntityNumbers numbers = new EntityNumbers();
    Grouping grouping = new Grouping(written, numbers, versions);
    grouping.addAgain(
        new EventRows(again, Long.MIN_VALUE, true), again.longs(CheckpointForm.UNTIL));
    grouping.forEach(
        (entity, line) -> {
          Line live = line(numbers.key(entity));
          line.heldBy(live);
          live.buffer.add(line, Long.MIN_VALUE);
        });
  }

  private Line line(@Nullable Object key) {
    return lines.computeIfAbsent(
        Objects.requireNonNull(key, "a key that was kept"), absent -> new Line(layout));
  }

  long position() {
    return position;
  }

  @Nullable EntityTimeline find(Object key) {
    Line line = lines.get(key);
    return line == null ? null : line.seen;
  }

  synchronized void apply(Segment segment) {
    if (segment.sequence() <= position) {
      return;
    }
    Set<Line> touched = new LinkedHashSet<>();
    versions.begin();
    latestArrival = Math.max(latestArrival, segment.ingested());
    try (Batches batches = segment.open()) {
      for (Dataset batch : batches) {
        for (int from = 0; from < batch.rowCount(); from += STEP) {
          Dataset rows = batch.slice(from, Math.min(batch.rowCount(), from + STEP));
          add(new EventRows(rows, segment.ingested(), segment.backfill()), touched);
        }
      }
    } catch (RuntimeException | Error e) {
      versions.undo();
      touched.forEach(this::forget);
      throw e;
    }
    for (Object holder : versions.changed()) {
      Line line = (Line) holder;
      line.buffer.renew();
      touched.add(line);
    }
    touched.forEach(this::show);
    sweep(touched.size() * SWEEP);
    versions.sweep((int) Math.min(Integer.MAX_VALUE, segment.rowCount() * SWEEP), horizon());
    position = segment.sequence();
  }

  private void add(EventRows rows, Set<Line> touched) {
    EntityNumbers numbers = new EntityNumbers();
    Grouping grouping = new Grouping(layout, numbers, versions);
    grouping.add(rows);
    look(rows.rows().instants(layout.eventTime()), rows.ingested());
    long bound = bound();
    grouping.forEach(
        (entity, later) -> {
          Line line = line(numbers.key(entity));
          later.heldBy(line);
          line.buffer.add(later, bound);
          touched.add(line);
        });
  }

  /**
   * Looks for the latest event that has happened. Those that lie ahead of their arrival count when
   * their hour has come: one stamp of the year 2200 does not make all rows of a replay too old.
   */
  private void look(Column.OfInstant times, long arrival) {
    for (int row = 0; row < times.size(); row++) {
      long event = times.micros(row);
      if (event <= arrival) {
        latestEvent = Math.max(latestEvent, event);
      } else {
        hoursAhead.add(Math.floorDiv(event, HOUR));
      }
    }
    while (!hoursAhead.isEmpty() && hoursAhead.first() * HOUR <= latestArrival) {
      latestEvent = Math.max(latestEvent, hoursAhead.pollFirst() * HOUR);
    }
  }

  /** Goes back to what is seen: the segment will come again. */
  private void forget(Line line) {
    line.buffer = new TimelineBuffer(layout, line.seen);
  }

  private void show(Line line) {
    line.buffer.drop(bound(), horizon());
    line.seen = line.buffer.timeline();
  }

  /** Looks at entities that had no row of late, each in its turn. */
  private void sweep(int count) {
    for (int i = 0; i < count; i++) {
      if (!sweep.hasNext()) {
        sweep = lines.values().iterator();
      }
      if (!sweep.hasNext()) {
        return;
      }
      Line line = sweep.next();
      if (line.buffer.drop(bound(), horizon())) {
        line.seen = line.buffer.timeline();
      }
    }
  }

  /** The earliest time of a read that is sure to be answered. */
  private long horizon() {
    boolean nothingHappened = latestEvent == Long.MIN_VALUE;
    return Spans.minus(nothingHappened ? latestArrival : latestEvent, lateness);
  }

  /** Rows that happened before are needed by no such read. */
  private long bound() {
    return Spans.minus(horizon(), layout.reach());
  }
}
