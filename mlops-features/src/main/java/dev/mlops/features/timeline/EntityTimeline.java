package dev.mlops.features.timeline;

import dev.mlops.data.Column;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All rows of one entity in one view, in the one order that decides ties: event time, knowledge
 * time, ingestion. Immutable.
 *
 * <p>Both paths ask it the same three questions about an instant {@code t}, and so cannot differ:
 *
 * <ol>
 *   <li>Which rows happened by {@code t}, within a window? A stretch {@code [from, end)} of the
 *       order, by two binary searches.
 *   <li>Which of these were not yet known? Knowledge time follows event time closely as a rule, but
 *       not by law, so no search by time can answer. For every block of 64 rows the latest
 *       knowledge time is kept: a block that was wholly known is passed over, and only the others,
 *       at the window's young end as a rule, are looked through. That costs 1/64 of the stretch and
 *       the rows that are hidden, and it is exact for any knowledge times at all.
 *   <li>Which is the last known row? The first from the end that is not hidden.
 * </ol>
 *
 * <p>What a window needs besides (counts, exact sums) is a difference of prefix sums less the few
 * hidden rows. A sweep over activation times {@code max(eventTime, knownAt)} would do for training,
 * but not for a live read at any instant; this does for both.
 */
public final class EntityTimeline {

  private static final int BLOCK_BITS = 6;
  private static final int[] NONE = {};

  private final long[] event;
  private final long[] known;
  private final long[] blockKnown;
  private final Column[][] source;
  private final int[] row;
  private final Series[] series;

  EntityTimeline(long[] event, long[] known, Column[][] source, int[] row, Series[] series) {
    this.event = event;
    this.known = known;
    this.blockKnown = new long[(event.length >> BLOCK_BITS) + 1];
    Arrays.fill(blockKnown, Long.MIN_VALUE);
    for (int i = 0; i < known.length; i++) {
      blockKnown[i >> BLOCK_BITS] = Math.max(blockKnown[i >> BLOCK_BITS], known[i]);
    }
    this.source = source;
    this.row = row;
    this.series = series;
  }

  /**
   * Returns the end of the rows that happened.
   *
   * @param t the time in epoch microseconds
   * @param strict whether rows of that time itself are left out
   * @return the place behind the last row with event time up to {@code t}; if strict, before it
   */
  public int end(long t, boolean strict) {
    int low = 0;
    int high = event.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (event[middle] < t || (!strict && event[middle] == t)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Returns the first row in a window.
   *
   * @param t the end of the window in epoch microseconds
   * @param window its length in microseconds
   * @param strict whether the window is {@code [t - W, t)}, not {@code (t - W, t]}
   * @return the row's place
   */
  public int start(long t, long window, boolean strict) {
    return t < Long.MIN_VALUE + window ? 0 : end(t - window, strict);
  }

  /**
   * Returns the last row that was known.
   *
   * @param end the place behind the last row that counts
   * @param t the time in epoch microseconds
   * @return the row's place, or -1
   */
  public int lastKnown(int end, long t) {
    int last = end - 1;
    while (last >= 0 && known[last] > t) {
      last--;
    }
    return last;
  }

  /**
   * Returns the rows of a stretch that were not known.
   *
   * @param from the first row
   * @param end the place behind the last
   * @param t the time in epoch microseconds
   * @return their places, in order
   */
  public int[] hidden(int from, int end, long t) {
    int[] hidden = NONE;
    int count = 0;
    for (int i = from; i < end; i++) {
      if (blockKnown[i >> BLOCK_BITS] <= t) {
        i |= (1 << BLOCK_BITS) - 1;
      } else if (known[i] > t) {
        hidden = count < hidden.length ? hidden : Arrays.copyOf(hidden, count * 2 + 8);
        hidden[count++] = i;
      }
    }
    return count == hidden.length ? hidden : Arrays.copyOf(hidden, count);
  }

  /**
   * Returns when a row happened.
   *
   * @param index the row
   * @return epoch microseconds
   */
  public long event(int index) {
    return event[index];
  }

  /**
   * Returns from when on a row was known.
   *
   * @param index the row
   * @return epoch microseconds
   */
  public long known(int index) {
    return known[index];
  }

  /**
   * Returns a numeric input.
   *
   * @param input its place in the layout
   * @return the numbers, one a row
   */
  public Series series(int input) {
    return series[input];
  }

  /**
   * Returns a cell of a row that is kept as it was ingested.
   *
   * @param index the row
   * @param column the input's place in the layout
   * @return the value, or null
   */
  public @Nullable Object value(int index, int column) {
    return source[index][column].value(row[index]);
  }

  /**
   * Adds rows that were ingested after these.
   *
   * @param later the rows, of the same entity and layout
   * @return both in order
   */
  public EntityTimeline with(EntityTimeline later) {
    int[] picks = picks(later);
    int size = picks.length;
    long[] events = new long[size];
    long[] knowns = new long[size];
    Column[][] sources = new Column[source.length + later.source.length][];
    int[] rows = new int[sources.length];
    for (int i = 0; i < size; i++) {
      EntityTimeline from = picks[i] < 0 ? later : this;
      int index = picks[i] < 0 ? ~picks[i] : picks[i];
      events[i] = from.event[index];
      knowns[i] = from.known[index];
      if (sources.length > 0) {
        sources[i] = from.source[index];
        rows[i] = from.row[index];
      }
    }
    Series[] woven = new Series[series.length];
    for (int s = 0; s < woven.length; s++) {
      woven[s] = series[s].weave(later.series[s], picks);
    }
    return new EntityTimeline(events, knowns, sources, rows, woven);
  }

  /** Merges by time, these rows first where times are equal; {@code ~i} is a later row. */
  private int[] picks(EntityTimeline later) {
    int[] picks = new int[event.length + later.event.length];
    int here = 0;
    int there = 0;
    for (int i = 0; i < picks.length; i++) {
      boolean first =
          there == later.event.length || (here < event.length && !later.before(there, this, here));
      picks[i] = first ? here++ : ~there++;
    }
    return picks;
  }

  private boolean before(int index, EntityTimeline other, int at) {
    return event[index] != other.event[at]
        ? event[index] < other.event[at]
        : known[index] < other.known[at];
  }
}
