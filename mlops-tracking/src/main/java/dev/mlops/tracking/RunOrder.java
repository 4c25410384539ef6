package dev.mlops.tracking;

import org.jspecify.annotations.Nullable;

/**
 * An order of runs, made from a {@link MetricField} or a {@link TextField}. Whatever the direction,
 * runs whose value is NaN come after those with a number, and runs without a value come last.
 * Immutable.
 */
public final class RunOrder {

  private final String table;
  private final String name;
  private final String number;
  private final @Nullable String text;
  private final boolean descending;
  private final String words;

  RunOrder(
      String table,
      String name,
      String number,
      @Nullable String text,
      boolean descending,
      String words) {
    this.table = table;
    this.name = name;
    this.number = number;
    this.text = text;
    this.descending = descending;
    this.words = words;
  }

  String join(int index) {
    return " LEFT JOIN %1$s o%2$d ON o%2$d.run = r.id AND o%2$d.name = ?".formatted(table, index);
  }

  String name() {
    return name;
  }

  /** Both databases hold NaN to be above infinity; here it is ranked last among the numbers. */
  String sql(int index) {
    String rank =
        """
        CASE WHEN o%1$d.run IS NULL THEN 3 WHEN o%1$d.%2$s IS NULL THEN 1 WHEN o%1$d.%2$s > ? THEN 2 ELSE 0 END
        """;
    return (rank + by(number) + (text == null ? "" : by(text))).formatted(index, number);
  }

  private String by(String column) {
    return ", o%1$d." + column + (descending ? " DESC" : " ASC");
  }

  /** Returns the order in words, such as {@code metric auc descending}. */
  @Override
  public String toString() {
    return words + (descending ? " descending" : " ascending");
  }
}
