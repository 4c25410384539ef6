package dev.mlops.features.timeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one entity in one view, in the one order that decides ties: event time, knowledge
 * time, ingestion. Immutable. Rows are named by their places in arrays that others may share, from
 * {@link #first()} on.
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
 *
 * <p>Live rows that are too old for any read are dropped. Of these two things are kept: the event
 * time up to which there were some, and from when on the first was known. So a read knows whether
 * it has all rows it needs.
 */
public final class EntityTimeline {

  static final int BLOCK_BITS = 6;
  private static final int[] NONE = {};

  private final Times times;
  private final long[] known;
  private final int from;
  private final int to;
  private final Series[] series;
  private final @Nullable Cells cells;
  private final Dropped dropped;

  EntityTimeline(
      Times times, int from, int to, Series[] series, @Nullable Cells cells, Dropped dropped) {
    this.times = times;
    this.known = times.known();
    this.from = from;
    this.to = to;
    this.series = series;
    this.cells = cells;
    this.dropped = dropped;
  }

  /**
   * Returns the place of the first row.
   *
   * @return at least 0
   */
  public int first() {
    return from;
  }

  /**
   * Returns the place behind the last row.
   *
   * @return {@link #first()} if there is no row
   */
  public int end() {
    return to;
  }

  /**
   * Returns the end of the rows that happened.
   *
   * @param t the time in epoch microseconds
   * @param strict whether rows of that time itself are left out
   * @return the place behind the last row with event time up to {@code t}; if strict, before it
   */
  public int end(long t, boolean strict) {
    return times.end(from, to, t, strict);
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
    return t < Long.MIN_VALUE + window ? from : end(t - window, strict);
  }

  /**
   * Returns the last row that was known.
   *
   * @param end the place behind the last row that counts
   * @param t the time in epoch microseconds
   * @return the row's place, or -1
   */
  public int lastKnown(int end, long t) {
    for (int last = end - 1; last >= from; last--) {
      if (known[last] <= t) {
        return last;
      }
    }
    return -1;
  }

  /**
   * Returns the rows of a stretch that were not known.
   *
   * @param start the first row
   * @param end the place behind the last
   * @param t the time in epoch microseconds
   * @return their places, in order
   */
  public int[] hidden(int start, int end, long t) {
    long[] blockKnown = times.blockKnown();
    int[] hidden = NONE;
    int count = 0;
    for (int i = start; i < end; i++) {
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
    return times.event()[index];
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
   * @return one number per row
   */
  public Series series(int input) {
    return series[input];
  }

  /**
   * Returns a cell of a row that is kept as it was ingested.
   *
   * @param index the row
   * @param input the input's place in the layout
   * @return the value, or null
   */
  public @Nullable Object value(int index, int input) {
    if (cells == null) {
      throw new IllegalStateException("the inputs of this timeline are numbers; read series(...)");
    }
    return cells.value(index, input);
  }

  /** The cells of a row, copied. */
  @Nullable Object[] row(int index, int inputs) {
    @Nullable Object[] row = new @Nullable Object[inputs];
    for (int input = 0; input < inputs; input++) {
      row[input] = value(index, input);
    }
    return row;
  }

  /** Whether the rows lie in these arrays. */
  boolean shares(Times others) {
    return times == others;
  }

  /**
   * Returns which older rows there were once.
   *
   * @return of none, where no row was dropped
   */
  public Dropped dropped() {
    return dropped;
  }
}
