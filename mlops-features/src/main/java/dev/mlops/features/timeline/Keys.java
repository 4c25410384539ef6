package dev.mlops.features.timeline;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Column;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys in memory: the value itself, or the list of the parts of a composite key. Lists compare part
 * by part, so no two keys can meet by the way they would be written one after the other.
 */
public final class Keys {

  private Keys() {}

  /**
   * Returns the key in a row.
   *
   * @param columns the key's parts
   * @param row the row
   * @return the key, or null if a part is null: a key that matches nothing
   */
  public static @Nullable Object at(Column[] columns, int row) {
    requireNonNull(columns, "columns");
    if (columns.length == 1) {
      return column(columns, 0).value(row);
    }
    @Nullable Object[] parts = new @Nullable Object[columns.length];
    for (int i = 0; i < columns.length; i++) {
      parts[i] = column(columns, i).value(row);
    }
    return of(parts);
  }

  private static Column column(Column[] columns, int part) {
    if (columns[part] == null) {
      throw new NullPointerException("columns[" + part + "]");
    }
    return columns[part];
  }

  /**
   * Returns a key of its parts.
   *
   * @param parts their values
   * @return the part itself if it is the only one, or else the list of them, or null if one is null
   */
  public static @Nullable Object of(@Nullable Object... parts) {
    requireNonNull(parts, "parts");
    for (Object part : parts) {
      if (part == null) {
        return null;
      }
    }
    return parts.length == 1 ? parts[0] : List.copyOf(Arrays.asList(parts));
  }
}
