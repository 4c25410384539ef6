package dev.mlops.features.timeline;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;

/**
 * The live rows of one entity: takes rows behind those it has, in a constant number of steps each
 * but now and then, and drops what is too old. Used by one thread; the timelines that it gives are
 * immutable and may be read by others meanwhile.
 *
 * <p>A new row that comes in order stands behind the others in the same arrays, where the timelines
 * that were given before do not look. A late row, and arrays that are full, make new ones.
 */
public final class TimelineBuffer {

  private static final int SMALLEST = 8;

  /** Arrays that are emptier than by this factor are made anew. */
  private static final int SHRINK = 4;

  /** So many rows that were not known yet are looked at for one that was. */
  private static final int LOOK = 64;

  private final TimelineLayout layout;
  private final int inputs;
  private Times times;
  private long[][] values;
  private long[] @Nullable [] absent;
  private @Nullable Object[][] rows;
  private Version[] versions;
  private @Nullable Replaced replaced;

  /** Whether rows are replaced that are not among those yet. */
  private boolean stale;

  private int from;
  private int to;
  private Dropped dropped = Dropped.NONE;
  private @Nullable EntityTimeline line;

  /**
   * Makes a buffer without rows.
   *
   * @param layout which columns make the timeline
   */
  public TimelineBuffer(TimelineLayout layout) {
    requireNonNull(layout, "layout");
    this.layout = layout;
    this.inputs = layout.numeric() ? layout.inputs().size() : 0;
    this.times = Times.of(0);
    this.values = new long[inputs][0];
    this.absent = new long[inputs] @Nullable [];
    this.rows = new @Nullable Object[0][];
    this.versions = new Version[0];
  }

  /**
   * Makes a buffer with the rows of a timeline.
   *
   * @param layout which columns make the timeline
   * @param start the rows; null for none
   */
  public TimelineBuffer(TimelineLayout layout, @Nullable EntityTimeline start) {
    this(layout);
    if (start != null) {
      add(start, Long.MIN_VALUE);
      dropped = start.dropped();
    }
  }

  /**
   * Notes that there were older rows, which were dropped before.
   *
   * @param older which
   */
  public void dropped(Dropped older) {
    dropped = dropped.and(older.through(), older.known());
  }

  /**
   * Adds rows that were ingested after these.
   *
   * @param later rows of the same entity and layout
   * @param bound rows that happened before are not needed any more, in epoch microseconds
   */
  public void add(EntityTimeline later, long bound) {
    int first = later.first();
    while (first < later.end() && later.event(first) < bound) {
      dropped = dropped.and(later.event(first), later.known(first));
      drop(later.version(first));
      first++;
    }
    if (first == later.end()) {
      return;
    }
    noteUnsure(later, first);
    int size = to - from + later.end() - first;
    if (to > from && isBefore(later, first, to - 1)) {
      merge(later, first, size);
    } else {
      makeRoom(later.end() - first);
      for (int i = first; i < later.end(); i++) {
        put(to, later, i);
        to++;
      }
    }
  }

  /**
   * Drops rows that no read needs any more.
   *
   * @param bound rows that happened before
   * @param horizon the earliest time of a read; of the rows that it sees only the last is needed
   *     where the layout keeps values, not numbers
   * @return whether there were any
   */
  @CanIgnoreReturnValue
  public boolean drop(long bound, long horizon) {
    int cut = times.end(from, to, bound, true);
    if (!layout.numeric()) {
      cut = Math.max(cut, firstNeeded(horizon));
    }
    boolean any = cut > from;
    for (; from < cut; from++) {
      dropped = dropped.and(times.event()[from], times.known()[from]);
      if (layout.hasVersions()) {
        drop(versions[from]);
      }
    }
    if (any && to - from < times.event().length / SHRINK) {
      move(0);
    }
    return any;
  }

  /** Of what may have been replaced nothing is known, as of what is kept no longer. */
  private void noteUnsure(EntityTimeline later, int first) {
    for (int i = first; layout.hasVersions() && i < later.end(); i++) {
      Version version = later.version(i);
      if (version != null && version.unsure) {
        dropped = dropped.and(later.event(i), later.known(i));
      }
    }
  }

  private static void drop(@Nullable Version version) {
    if (version != null) {
      version.dropped = true;
    }
  }

  /** Takes notice of rows that were replaced since they came. */
  public void renew() {
    stale = true;
  }

  /** The first row of the time of the last one that every read sees. */
  private int firstNeeded(long horizon) {
    int last = times.end(from, to, horizon, true) - 1;
    int looked = 0;
    while (last >= from && !isSeen(last, horizon)) {
      last--;
      if (++looked > LOOK) {
        return from;
      }
    }
    while (last > from && times.event()[last - 1] == times.event()[last]) {
      last--;
    }
    return Math.max(last, from);
  }

  private boolean isSeen(int index, long horizon) {
    return times.known()[index] <= horizon
        && (!layout.hasVersions() || versions[index].until() == Version.NEVER);
  }

  /**
   * Returns the rows as they are now.
   *
   * @return an immutable timeline
   */
  public EntityTimeline timeline() {
    Series[] series = new Series[inputs];
    for (int input = 0; input < inputs; input++) {
      boolean whole = layout.integer(input);
      series[input] = new Series(values[input], absent[input], from, to, whole, sums(input));
    }
    Cells cells = layout.numeric() ? null : Cells.copied(rows);
    if (stale) {
      replaced = Replaced.of(versions, from, to);
      stale = false;
    }
    Version[] mine = layout.hasVersions() ? versions : null;
    EntityTimeline made =
        new EntityTimeline(times, from, to, series, cells, dropped, replaced, mine);
    line = made;
    return made;
  }

  /** Sums that were asked for before go on. */
  private @Nullable ExactSums sums(int input) {
    // Those of other arrays count from other places.
    EntityTimeline before = line;
    ExactSums sums =
        before != null && before.shares(times) ? before.series(input).sumsIfMade() : null;
    return sums == null ? null : sums.extended(values[input], absent[input], from, to);
  }

  private boolean isBefore(EntityTimeline later, int index, int at) {
    return later.event(index) != times.event()[at]
        ? later.event(index) < times.event()[at]
        : later.known(index) < times.known()[at];
  }

  /** Weaves by time, these rows first where times are equal. */
  private void merge(EntityTimeline later, int first, int size) {
    EntityTimeline mine = timeline();
    TimelineBuffer woven = new TimelineBuffer(layout);
    woven.grow(size);
    int here = from;
    int there = first;
    while (here < to || there < later.end()) {
      boolean next = there == later.end() || (here < to && !isBefore(later, there, here));
      woven.put(woven.to, next ? mine : later, next ? here++ : there++);
      woven.to++;
    }
    take(woven);
  }

  private void makeRoom(int more) {
    if (to + more > times.event().length) {
      move(more);
    }
  }

  /** Puts the rows into arrays of their own, with room for more. */
  private void move(int more) {
    EntityTimeline mine = timeline();
    TimelineBuffer moved = new TimelineBuffer(layout);
    moved.grow(to - from + more);
    for (int i = from; i < to; i++) {
      moved.put(moved.to, mine, i);
      moved.to++;
    }
    take(moved);
  }

  private void take(TimelineBuffer other) {
    times = other.times;
    values = other.values;
    absent = other.absent;
    rows = other.rows;
    versions = other.versions;
    stale |= replaced != null || other.stale;
    from = 0;
    to = other.to;
  }

  private void grow(int size) {
    int room = Math.max(SMALLEST, size + size / 2);
    times = Times.of(room);
    values = new long[inputs][room];
    rows = new @Nullable Object[layout.numeric() ? 0 : room][];
    versions = new Version[layout.hasVersions() ? room : 0];
  }

  private void put(int at, EntityTimeline source, int index) {
    times.set(at, source.event(index), source.known(index));
    for (int input = 0; input < inputs; input++) {
      Series series = source.series(input);
      values[input][at] = series.integer(index);
      if (!series.present(index)) {
        long[] nulls = absent[input];
        nulls = nulls == null ? Absent.of(values[input].length) : nulls;
        Absent.set(nulls, at, true);
        absent[input] = nulls;
      }
    }
    Version version = source.version(index);
    if (version != null) {
      versions[at] = version;
      stale |= version.until() != Version.NEVER;
    }
    if (!layout.numeric()) {
      rows[at] = source.row(index, layout.inputs().size());
    }
  }
}
