package dev.mlops.profile;

import dev.mlops.data.Column;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The profile of a column of categories (strings or booleans): how often each was seen.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class CategoryProfile implements ColumnProfile {
  /*
   * Each category is counted by its name as long as there are at most LIMIT of them; with more, each name is counted under one of CELLS
   * keys drawn from its hash. Which of the two it is depends on the set of names alone, so merged parts equal the whole.
   *
   * Why not only the most frequent categories of the reference, and a cell for the unseen? Because which categories are frequent, and which are
   * unseen, was then decided by the reference sample, and comparing that sample with another in these cells alarms without any
   * drift: with 200 Zipf categories, 500 reference and 500 current rows, in every window.
   */
  static final int LIMIT = 4096;

  static final int CELLS = 1024;

  private static final String HASHED = "#";

  private final String name;
  private final SortedMap<String, Long> counts;
  private final long missing;
  private final boolean hashed;

  private CategoryProfile(
      String name, SortedMap<String, Long> counts, long missing, boolean hashed) {
    this.name = name;
    this.counts = Collections.unmodifiableSortedMap(counts);
    this.missing = missing;
    this.hashed = hashed;
  }

  /** Makes a profile of counts by name, hashing the names if there are too many. */
  static CategoryProfile of(String name, Map<String, Long> counts, long missing, boolean hashed) {
    CategoryProfile profile = new CategoryProfile(name, new TreeMap<>(counts), missing, hashed);
    return counts.size() > LIMIT ? profile.hashed() : profile;
  }

  static CategoryProfile of(String name, Column column) {
    if (column instanceof Column.OfString strings) {
      return ofStrings(name, strings);
    }
    Map<String, Long> counts = new TreeMap<>();
    for (int row = 0; row < column.size(); row++) {
      if (!column.isNull(row)) {
        counts.merge(String.valueOf(column.value(row)), 1L, Long::sum);
      }
    }
    return of(name, counts, column.nullCount(), false);
  }

  private static CategoryProfile ofStrings(String name, Column.OfString column) {
    long[] byCode = new long[column.dictionary().size()];
    for (int row = 0; row < column.size(); row++) {
      if (!column.isNull(row)) {
        byCode[column.code(row)]++;
      }
    }
    Map<String, Long> counts = new TreeMap<>();
    for (int code = 0; code < byCode.length; code++) {
      if (byCode[code] > 0) {
        counts.merge(column.dictionary().get(code), byCode[code], Long::sum);
      }
    }
    return of(name, counts, column.nullCount(), false);
  }

  static boolean accepts(Column column) {
    return column instanceof Column.OfString || column instanceof Column.OfBoolean;
  }

  CategoryProfile merge(CategoryProfile other) {
    if (hashed != other.hashed) {
      return hashed().merge(other.hashed());
    }
    Map<String, Long> sums = new TreeMap<>(counts);
    other.counts.forEach((category, count) -> sums.merge(category, count, Long::sum));
    return of(name, sums, missing + other.missing, hashed);
  }

  /**
   * Returns this profile with its categories counted under hashed keys, as a profile of more than
   * 4096 categories is; two profiles can be compared key by key if both are hashed or neither is.
   *
   * @return the profile with hashed keys; itself if it has them
   */
  public CategoryProfile hashed() {
    if (hashed) {
      return this;
    }
    SortedMap<String, Long> cells = new TreeMap<>();
    counts.forEach((category, count) -> cells.merge(HASHED + cell(category), count, Long::sum));
    return new CategoryProfile(name, cells, missing, true);
  }

  /**
   * Says what a key of {@link #counts} stands for, as a hashed one is no category.
   *
   * @param key a key of the counts
   * @return the category in quotes, or the group of categories that are counted under the key
   */
  public String describe(String key) {
    return hashed
        ? "categories of group " + key.substring(HASHED.length()) + " of " + CELLS
        : "'" + key + "'";
  }

  private static long cell(String category) {
    return Math.floorMod(scrambled(category), CELLS);
  }

  /** A hash that never changes: FNV-1a over the characters, finished as in SplitMix64. */
  private static long scrambled(String text) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
    hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
    return hash ^ (hash >>> 31);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String kind() {
    return "categories";
  }

  @Override
  public long rows() {
    return missing + counts.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public long missing() {
    return missing;
  }

  /**
   * Tells whether there were too many categories to keep their names.
   *
   * @return true if there were more than 4096, which are then counted under 1024 keys of the form
   *     {@code #17}
   */
  public boolean isHashed() {
    return hashed;
  }

  /**
   * Returns the counts.
   *
   * @return how often each category (or hashed key) was seen, by name; unmodifiable
   */
  public SortedMap<String, Long> counts() {
    return counts;
  }

  /**
   * Returns the most frequent categories.
   *
   * @param limit how many at most
   * @return their counts, the most frequent first, equally frequent ones by name
   */
  public Map<String, Long> top(int limit) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(limit)
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CategoryProfile that
        && name.equals(that.name)
        && counts.equals(that.counts)
        && missing == that.missing
        && hashed == that.hashed;
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + counts.hashCode();
  }

  @Override
  public String toString() {
    return name + ": " + counts.size() + (hashed ? " cells" : " categories") + ", " + top(5);
  }
}
