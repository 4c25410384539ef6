package dev.mlops.profile;

import dev.mlops.error.Plural;

/**
 * A column that could not be counted as the reference counts it.
 *
 * @param column the column's name
 * @param kind what differs
 * @param expected what the reference has, in words; empty for a new column
 * @param found the type that was found; empty for a missing column
 * @param rows the number of rows in which it was so, of all parts together
 */
public record ColumnDifference(String column, Kind kind, String expected, String found, long rows) {
  /** What differs. If it is not the same in two parts of the data, the later one here counts. */
  public enum Kind {
    /** The reference does not have the column. */
    NEW,
    /** The column is not there. */
    MISSING,
    /** The column is of another kind than the reference's. */
    RETYPED
  }

  /** The same column in two parts: the later kind counts, and of the same kind the rows add up. */
  ColumnDifference and(ColumnDifference other) {
    if (kind == other.kind) {
      boolean mine = found.compareTo(other.found) <= 0;
      return new ColumnDifference(
          column, kind, expected, mine ? found : other.found, rows + other.rows);
    }
    return kind.compareTo(other.kind) > 0 ? this : other;
  }

  /** One sentence. */
  @Override
  public String toString() {
    String where = " in " + Plural.of(rows, "row");
    return switch (kind) {
      case NEW -> column + " is new" + where + ", of type " + found;
      case MISSING -> column + " is missing" + where + "; expected: " + expected;
      case RETYPED -> column + " is of type " + found + where + "; expected: " + expected;
    };
  }
}
