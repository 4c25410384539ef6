package dev.mlops.drift;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What remains of data when its rows are gone: counts, bins, moments and quantiles of each column
 * of numbers, strings or booleans.
 *
 * <p>A reference profile fixes the bins of its numbers; other data is counted in the same bins by
 * {@link #profile}. Profiles in the same bins merge exactly: the profile of the whole is the merge
 * of the profiles of its parts, whatever the order of rows and parts.
 *
 * <pre>{@code
 * Profile reference = Profile.of(training);
 * Profile may = reference.profile(firstHalf).merge(reference.profile(secondHalf));
 * }</pre>
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class Profile {
  private final Map<String, ColumnProfile> columns;
  private final List<String> skipped;
  private final long rows;

  Profile(Map<String, ColumnProfile> columns, List<String> skipped, long rows) {
    this.columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    this.skipped = List.copyOf(skipped);
    this.rows = rows;
  }

  /**
   * Profiles a reference and fixes its bins: ten of equal share for each column of numbers, ties
   * merged, a value with more than a tenth of the rows in a bin of its own.
   *
   * @param reference the rows; instants and vectors are skipped
   * @return the profile
   */
  public static Profile of(Dataset reference) {
    Map<String, ColumnProfile> columns = new LinkedHashMap<>();
    List<String> skipped = new ArrayList<>();
    for (String name : reference.schema().names()) {
      Column column = reference.column(name);
      if (NumberProfile.accepts(column)) {
        columns.put(name, NumberProfile.of(name, NumberProfile.fit(column), column));
      } else if (CategoryProfile.accepts(column)) {
        columns.put(name, CategoryProfile.of(name, column));
      } else {
        skipped.add(name);
      }
    }
    return new Profile(columns, skipped, reference.rowCount());
  }

  /**
   * Counts other rows in this profile's bins.
   *
   * @param rows rows with at least the columns of this profile; others are left out
   * @return a profile in the same bins
   * @throws InvalidInputException if a column is missing, or is of another kind
   */
  public Profile profile(Dataset rows) {
    Map<String, ColumnProfile> counted = new LinkedHashMap<>();
    columns.forEach((name, column) -> counted.put(name, count(column, rows)));
    return new Profile(counted, skipped, rows.rowCount());
  }

  private static ColumnProfile count(ColumnProfile reference, Dataset rows) {
    String name = reference.name();
    if (!rows.schema().contains(name)) {
      throw new InvalidInputException("no column '" + name + "'; found: " + rows.schema().names());
    }
    Column column = rows.column(name);
    if (reference instanceof NumberProfile numbers && NumberProfile.accepts(column)) {
      return NumberProfile.of(name, numbers.bins(), column);
    }
    if (reference instanceof CategoryProfile && CategoryProfile.accepts(column)) {
      return CategoryProfile.of(name, column);
    }
    throw new InvalidInputException(
        "column '" + name + "' is " + column.type() + ", but the reference has " + kind(reference));
  }

  private static String kind(ColumnProfile column) {
    return column instanceof NumberProfile ? "numbers" : "categories";
  }

  /**
   * Returns the profile of this one's and another one's rows together.
   *
   * @param other a profile of the same columns in the same bins
   * @return the profile of all the rows
   * @throws IllegalArgumentException if the columns or bins differ
   */
  public Profile merge(Profile other) {
    if (!columns.keySet().equals(other.columns.keySet())) {
      throw new IllegalArgumentException(
          "the columns differ: " + columns.keySet() + " and " + other.columns.keySet());
    }
    Map<String, ColumnProfile> merged = new LinkedHashMap<>();
    columns.forEach((name, column) -> merged.put(name, merge(column, other.get(name))));
    return new Profile(merged, skipped, rows + other.rows);
  }

  private static ColumnProfile merge(ColumnProfile mine, ColumnProfile theirs) {
    if (mine instanceof NumberProfile a && theirs instanceof NumberProfile b) {
      return a.merge(b);
    }
    if (mine instanceof CategoryProfile a && theirs instanceof CategoryProfile b) {
      return a.merge(b);
    }
    throw new IllegalArgumentException(
        "column '"
            + mine.name()
            + "' is of "
            + kind(mine)
            + " here and of "
            + kind(theirs)
            + " there");
  }

  /**
   * Returns the number of rows.
   *
   * @return the number of rows
   */
  public long rows() {
    return rows;
  }

  /**
   * Returns the profiles of the columns.
   *
   * @return the profiles in the reference's order; unmodifiable
   */
  public List<ColumnProfile> columns() {
    return List.copyOf(columns.values());
  }

  /**
   * Returns the profile of a column.
   *
   * @param column the column's name
   * @return its profile
   * @throws NotFoundException if there is none
   */
  public ColumnProfile get(String column) {
    ColumnProfile found = columns.get(column);
    if (found == null) {
      throw new NotFoundException(
          "no profile of column '" + column + "'; found: " + columns.keySet());
    }
    return found;
  }

  /**
   * Returns the columns of the reference that cannot be profiled.
   *
   * @return the names of columns of instants or vectors, in the reference's order; unmodifiable
   */
  public List<String> skipped() {
    return skipped;
  }

  /**
   * Writes the profile.
   *
   * @return a JSON object of a stated version, the same for equal profiles
   */
  public String toJson() {
    return ProfileJson.write(this);
  }

  /**
   * Reads a profile that {@link #toJson()} wrote.
   *
   * @param json the JSON
   * @return an equal profile
   * @throws InvalidInputException if it is no profile, damaged, or of a newer version
   */
  public static Profile fromJson(String json) {
    return ProfileJson.read(json);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Profile that
        && columns.equals(that.columns)
        && skipped.equals(that.skipped)
        && rows == that.rows;
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }

  @Override
  public String toString() {
    return rows + " rows; " + columns.values();
  }
}
