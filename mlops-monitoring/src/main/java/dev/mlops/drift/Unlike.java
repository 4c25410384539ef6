package dev.mlops.drift;

/**
 * A column that could not be counted as the reference counts it.
 *
 * @param name the column's name
 * @param kind what is unlike
 * @param expected what the reference has in words; empty for a new column
 * @param found the type that was found; empty for a missing column
 * @param rows the rows of the parts in which it was so
 */
record Unlike(String name, Kind kind, String expected, String found, long rows) {
  /** What is unlike, the weightier last. */
  enum Kind {
    /** The reference does not have the column. */
    NEW,
    /** The column is not there. */
    MISSING,
    /** The column is of another kind than the reference's. */
    RETYPED
  }

  /** The same column in two parts: what is weightier counts, and of what is alike the rows. */
  Unlike and(Unlike other) {
    if (kind == other.kind) {
      boolean mine = found.compareTo(other.found) <= 0;
      return new Unlike(name, kind, expected, mine ? found : other.found, rows + other.rows);
    }
    return kind.compareTo(other.kind) > 0 ? this : other;
  }
}
