package dev.mlops.profile;

/**
 * What a profile knows of one column.
 *
 * <p>Immutable and safe for use by many threads.
 */
public sealed interface ColumnProfile permits NumberProfile, CategoryProfile {
  /**
   * Returns the column's name.
   *
   * @return the name
   */
  String name();

  /**
   * Returns what the column is made of.
   *
   * @return {@code "numbers"} or {@code "categories"}
   */
  String kind();

  /**
   * Returns the number of rows.
   *
   * @return the number of rows, missing values included
   */
  long rows();

  /**
   * Returns the number of missing values.
   *
   * @return how many rows are null or NaN
   */
  long missing();
}
