package dev.mlops.profile;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A summary of data without its rows: counts, bins, extremes, moments and quantiles of each column
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
  private final Map<String, String> skipped;
  private final Map<String, ColumnDifference> differences;
  private final long rows;

  Profile(
      Map<String, ColumnProfile> columns,
      Map<String, String> skipped,
      Map<String, ColumnDifference> differences,
      long rows) {
    this.columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    this.skipped = Collections.unmodifiableMap(new LinkedHashMap<>(skipped));
    this.differences = Collections.unmodifiableMap(new LinkedHashMap<>(differences));
    this.rows = rows;
  }

  /**
   * Profiles a reference and fixes its bins: ten of equal share for each column of numbers. Equal
   * values are in one bin, and a value with more than a tenth of the rows has a bin for itself.
   *
   * <p>Bins of equal share take all numbers at once, so there is no such method for batches: let a
   * part of the rows fix the bins, for example {@code Profile.of(batches.toDataset(1_000_000))},
   * and count all rows in them by {@link #profile(Batches)}.
   *
   * @param reference the rows; instants and vectors are skipped
   * @return the profile
   */
  public static Profile of(Dataset reference) {
    requireNonNull(reference, "reference");
    Map<String, ColumnProfile> columns = new LinkedHashMap<>();
    Map<String, String> skipped = new LinkedHashMap<>();
    for (String name : reference.schema().names()) {
      Column column = reference.column(name);
      if (NumberProfile.accepts(column)) {
        columns.put(name, NumberProfile.of(name, NumberProfile.fit(column), column));
      } else if (CategoryProfile.accepts(column)) {
        columns.put(name, CategoryProfile.of(name, column));
      } else {
        skipped.put(name, column.dataType().toString());
      }
    }
    return new Profile(columns, skipped, Map.of(), reference.rowCount());
  }

  /**
   * Counts other rows in this profile's bins.
   *
   * <p>A column that is missing, of another kind or new is no error: it is left out of {@link
   * #columns()}, and a comparison with the reference says so.
   *
   * @param rows rows with the columns of this profile
   * @return a profile in the same bins
   */
  public Profile profile(Dataset rows) {
    requireNonNull(rows, "rows");
    Map<String, ColumnProfile> counted = new LinkedHashMap<>();
    Map<String, ColumnDifference> others = new LinkedHashMap<>();
    columns.forEach((name, column) -> count(column, rows, counted, others));
    skipped.forEach((name, type) -> look(name, type, rows, others));
    for (String name : rows.schema().names()) {
      if (!columns.containsKey(name) && !skipped.containsKey(name)) {
        String type = rows.column(name).dataType().toString();
        others.put(
            name, new ColumnDifference(name, ColumnDifference.Kind.NEW, "", type, rows.rowCount()));
      }
    }
    return new Profile(counted, skipped, others, rows.rowCount());
  }

  /**
   * Counts rows that do not fit into memory in this profile's bins, batch by batch.
   *
   * @param batches rows with the columns of this profile
   * @return a profile in the same bins, the same as that of all rows at once
   */
  public Profile profile(Batches batches) {
    requireNonNull(batches, "batches");
    Profile all = profile(Dataset.empty(batches.schema()));
    for (Dataset batch : batches) {
      all = all.merge(profile(batch));
    }
    return all;
  }

  private static void count(
      ColumnProfile reference,
      Dataset rows,
      Map<String, ColumnProfile> counted,
      Map<String, ColumnDifference> others) {
    String name = reference.name();
    if (!rows.schema().contains(name)) {
      others.put(name, missing(name, reference.kind(), rows));
      return;
    }
    Column column = rows.column(name);
    if (reference instanceof NumberProfile numbers && NumberProfile.accepts(column)) {
      counted.put(name, NumberProfile.of(name, numbers.bins(), column));
    } else if (reference instanceof CategoryProfile && CategoryProfile.accepts(column)) {
      counted.put(name, CategoryProfile.of(name, column));
    } else {
      others.put(name, retyped(name, reference.kind(), column));
    }
  }

  private static void look(
      String name, String type, Dataset rows, Map<String, ColumnDifference> others) {
    if (!rows.schema().contains(name)) {
      others.put(name, missing(name, type, rows));
    } else if (!rows.column(name).dataType().toString().equals(type)) {
      others.put(name, retyped(name, type, rows.column(name)));
    }
  }

  private static ColumnDifference missing(String name, String expected, Dataset rows) {
    return new ColumnDifference(name, ColumnDifference.Kind.MISSING, expected, "", rows.rowCount());
  }

  private static ColumnDifference retyped(String name, String expected, Column found) {
    String type = found.dataType().toString();
    return new ColumnDifference(name, ColumnDifference.Kind.RETYPED, expected, type, found.size());
  }

  /**
   * Returns the profile of this one's and another one's rows together.
   *
   * <p>A column that one of the two could not count, as it was missing or of another kind there, is
   * not in the result either, and a comparison with the reference says why.
   *
   * @param other a profile of the same columns in the same bins
   * @return the profile of all the rows
   * @throws IllegalArgumentException if the columns or bins differ
   */
  public Profile merge(Profile other) {
    requireNonNull(other, "other");
    if (!known().equals(other.known())) {
      throw new IllegalArgumentException(
          "the columns differ: " + columns.keySet() + " and " + other.columns.keySet());
    }
    Map<String, ColumnDifference> others = new LinkedHashMap<>(differences);
    other.differences.forEach((name, theirs) -> others.merge(name, theirs, ColumnDifference::and));
    Map<String, ColumnProfile> merged = new LinkedHashMap<>();
    columns.forEach(
        (name, column) -> {
          if (!others.containsKey(name)) {
            merged.put(name, merge(column, other.get(name)));
          }
        });
    return new Profile(merged, skipped, others, rows + other.rows);
  }

  /** The columns of the reference by which this profile was counted. */
  private Set<String> known() {
    Set<String> names = new TreeSet<>(columns.keySet());
    names.addAll(skipped.keySet());
    differences.values().stream()
        .filter(column -> column.kind() != ColumnDifference.Kind.NEW)
        .forEach(column -> names.add(column.column()));
    return names;
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
            + mine.kind()
            + " here and of "
            + theirs.kind()
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
   * Looks for the profile of a column.
   *
   * @param column the column's name
   * @return its profile; empty if there is none
   */
  public Optional<ColumnProfile> find(String column) {
    requireNonNull(column, "column");
    return Optional.ofNullable(columns.get(column));
  }

  /**
   * Returns the columns of the reference that cannot be profiled.
   *
   * @return the types of the columns of instants or vectors by their names, in the reference's
   *     order; unmodifiable
   */
  public Map<String, String> skipped() {
    return skipped;
  }

  /**
   * Returns the columns that are not as in the reference: new, missing or of another kind.
   *
   * @return what differs, by the column's name; unmodifiable
   */
  public Map<String, ColumnDifference> differences() {
    return differences;
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
   * @throws dev.mlops.error.NewerFormException if a newer release wrote it
   * @throws InvalidInputException if it is no profile, or damaged
   */
  public static Profile fromJson(String json) {
    return ProfileJson.read(requireNonNull(json, "json"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Profile that
        && columns.equals(that.columns)
        && skipped.equals(that.skipped)
        && differences.equals(that.differences)
        && rows == that.rows;
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }

  @Override
  public String toString() {
    return Plural.of(rows, "row") + "; " + columns.values();
  }
}
