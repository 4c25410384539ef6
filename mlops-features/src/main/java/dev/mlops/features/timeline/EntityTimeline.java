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
 *   <li>Which is the last row? The first from the end that is not hidden.
 * </ol>
 *
 * <p>Where rows are versions of events, one is hidden as well from the time on at which its
 * successor was known, which is kept for every block in the same way.
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
  private final @Nullable Replaced replaced;
  private final Version @Nullable [] versions;

  EntityTimeline(
      Times times,
      int from,
      int to,
      Series[] series,
      @Nullable Cells cells,
      Dropped dropped,
      @Nullable Replaced replaced,
      Version @Nullable [] versions) {
    this.times = times;
    this.known = times.known();
    this.from = from;
    this.to = to;
    this.series = series;
    this.cells = cells;
    this.dropped = dropped;
    this.replaced = replaced;
    this.versions = versions;
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
   * Tells whether there was a row, also one that a later version of its event has replaced.
   *
   * @param end the place behind the last row that happened
   * @param t the time in epoch microseconds
   * @param asKnown whether it must have been known then
   * @return false if the entity was not heard of
   */
  public boolean isFound(int end, long t, boolean asKnown) {
    int last = end - 1;
    while (asKnown && last >= from && known[last] > t) {
      last--;
    }
    return last >= from;
  }

  /**
   * Returns the last row that counts.
   *
   * @param end the place behind the last row that happened
   * @param t the time in epoch microseconds
   * @param asKnown whether only rows count that were known then, or else the last version of every
   *     event
   * @return the row's place, or -1
   */
  public int last(int end, long t, boolean asKnown) {
    int last = end - 1;
    while (last >= from && isHidden(last, t, asKnown)) {
      last--;
    }
    return last < from ? -1 : last;
  }

  private boolean isHidden(int index, long t, boolean asKnown) {
    if (asKnown) {
      return known[index] > t || (replaced != null && replaced.until(index) <= t);
    }
    return replaced != null && replaced.until(index) != Version.NEVER;
  }

  /** Whether no row of a row's block is hidden. */
  private boolean isOpen(int index, long t, boolean asKnown) {
    if (asKnown) {
      return times.blockKnown()[index >> BLOCK_BITS] <= t
          && (replaced == null || replaced.blockUntil(index) > t);
    }
    return replaced == null || replaced.blockUntil(index) == Version.NEVER;
  }

  /**
   * Returns the rows of a stretch that do not count.
   *
   * @param start the first row
   * @param end the place behind the last
   * @param t the time in epoch microseconds
   * @param asKnown whether only rows count that were known then, or else the last version of every
   *     event
   * @return their places, in order
   */
  public int[] hidden(int start, int end, long t, boolean asKnown) {
    int[] hidden = NONE;
    int count = 0;
    for (int i = start; i < end && (asKnown || replaced != null); i++) {
      if (isOpen(i, t, asKnown)) {
        i |= (1 << BLOCK_BITS) - 1;
      } else if (isHidden(i, t, asKnown)) {
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
   * Tells whether a row was known and another version of its event had taken its place.
   *
   * @param index the row
   * @param t the time in epoch microseconds
   * @return whether it was replaced
   */
  public boolean isReplaced(int index, long t) {
    return known[index] <= t && isHidden(index, t, true);
  }

  /**
   * Notes what holds the rows from now on, for {@link Versions#changed}.
   *
   * @param holder whatever a caller will know them by
   */
  public void heldBy(Object holder) {
    for (int i = from; versions != null && i < to; i++) {
      versions[i].holder = holder;
    }
  }

  /**
   * Returns the id of the event that a row is a version of.
   *
   * @param index the row
   * @return a text or a whole number; null where rows have no event id
   */
  public @Nullable Object eventId(int index) {
    return versions == null ? null : versions[index].id;
  }

  /**
   * Returns from when on a row counts no longer.
   *
   * @param index the row
   * @return epoch microseconds; the latest time there is if no other version replaces it
   */
  public long until(int index) {
    return replaced == null ? Version.NEVER : replaced.until(index);
  }

  /** The version that a row is; null where rows have no event id. */
  @Nullable Version version(int index) {
    return versions == null ? null : versions[index];
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
