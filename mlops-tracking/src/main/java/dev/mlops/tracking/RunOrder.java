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
    return " LEFT JOIN "
        + table
        + " o"
        + index
        + " ON o"
        + index
        + ".run = r.id AND o"
        + index
        + ".name = ?";
  }

  String name() {
    return name;
  }

  /**
   * NaN and infinity sort differently in H2 and PostgreSQL only where NaN meets a comparison, so
   * NaN gets a rank first.
   */
  String sql(int index) {
    String value = "o" + index + "." + number;
    String direction = descending ? " DESC" : " ASC";
    return "CASE WHEN o"
        + index
        + ".run IS NULL THEN 3 WHEN "
        + value
        + " IS NULL THEN 1 WHEN "
        + value
        + " > ? THEN 2 ELSE 0 END, "
        + value
        + direction
        + (text == null ? "" : ", o" + index + "." + text + direction);
  }

  /** Returns the order in words, such as {@code metric auc descending}. */
  @Override
  public String toString() {
    return words + (descending ? " descending" : " ascending");
  }
}
