package dev.mlops.features.timeline;

/**
 * Which rows of an entity are kept no longer.
 *
 * @param through the event time of the last of them in epoch microseconds; the earliest time there
 *     is if there was none
 * @param known from when on the first of them was known; the latest time there is if there was none
 */
public record Dropped(long through, long known) {

  /** No row was dropped. */
  public static final Dropped NONE = new Dropped(Long.MIN_VALUE, Long.MAX_VALUE);

  /**
   * Tells whether there were rows.
   *
   * @return false if every row is still there
   */
  public boolean any() {
    return !equals(NONE);
  }

  /**
   * Tells whether all of them happened before a time.
   *
   * @param t epoch microseconds
   * @param strict whether rows of that time itself did not
   * @return true if none of them is later, or if there were none
   */
  public boolean before(long t, boolean strict) {
    return !any() || (strict ? through < t : through <= t);
  }

  Dropped and(long event, long knownAt) {
    return new Dropped(Math.max(through, event), Math.min(known, knownAt));
  }
}
