package dev.mlops.design;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A source of data, and how good it has to be in the four dimensions of quality: accuracy,
 * completeness, consistency and timeliness.
 *
 * <p>Immutable; each option returns a new need, and can be set once.
 */
public final class DataNeed {
  private final String source;
  private final List<String> columns;
  private final boolean labels;
  private final @Nullable Long rows;
  private final @Nullable Double accuracy;
  private final @Nullable Double completeness;
  private final @Nullable Double consistency;
  private final @Nullable Duration freshWithin;

  private DataNeed(
      String source,
      List<String> columns,
      boolean labels,
      @Nullable Long rows,
      @Nullable Double accuracy,
      @Nullable Double completeness,
      @Nullable Double consistency,
      @Nullable Duration freshWithin) {
    this.source = source;
    this.columns = columns;
    this.labels = labels;
    this.rows = rows;
    this.accuracy = accuracy;
    this.completeness = completeness;
    this.consistency = consistency;
    this.freshWithin = freshWithin;
  }

  /**
   * Starts with a source.
   *
   * @param source its name, such as {@code crm}
   * @return a need without demands
   * @throws IllegalArgumentException if it is no name
   */
  public static DataNeed from(String source) {
    return new DataNeed(
        Names.checked("source", source), List.of(), false, null, null, null, null, null);
  }

  /**
   * Sets which of its columns are used.
   *
   * @param columns their names
   * @return the need with it
   * @throws IllegalArgumentException if one is no name
   * @throws IllegalStateException if they are already set
   */
  public DataNeed columns(String... columns) {
    return columns(Elements.copy(columns, "columns"));
  }

  DataNeed columns(List<String> names) {
    Once.refuse("columns", columns.isEmpty() ? null : columns);
    List<String> checked = names.stream().map(name -> Names.checked("column", name)).toList();
    return new DataNeed(
        source, checked, labels, rows, accuracy, completeness, consistency, freshWithin);
  }

  /**
   * Says that the labels come from here.
   *
   * @return the need with it
   */
  public DataNeed withLabels() {
    return new DataNeed(
        source, columns, true, rows, accuracy, completeness, consistency, freshWithin);
  }

  /**
   * Sets how many rows there are to learn from.
   *
   * @param rows how many, at least 1
   * @return the need with it
   * @throws IllegalArgumentException if it is less
   * @throws IllegalStateException if it is already set
   */
  public DataNeed rows(long rows) {
    Once.refuse("rows", this.rows);
    if (rows < 1) {
      throw new IllegalArgumentException("rows must be at least 1: " + rows);
    }
    return new DataNeed(
        source, columns, labels, rows, accuracy, completeness, consistency, freshWithin);
  }

  /**
   * Sets which share of its values is right; of a source of labels, which share of the labels.
   *
   * @param share from 0 to 1
   * @return the need with it
   * @throws IllegalArgumentException if it is outside
   * @throws IllegalStateException if it is already set
   */
  public DataNeed accuracy(double share) {
    Once.refuse("accuracy", accuracy);
    return new DataNeed(
        source,
        columns,
        labels,
        rows,
        share("accuracy", share),
        completeness,
        consistency,
        freshWithin);
  }

  /**
   * Sets which share of its values has to be there.
   *
   * @param share from 0 to 1
   * @return the need with it
   * @throws IllegalArgumentException if it is outside
   * @throws IllegalStateException if it is already set
   */
  public DataNeed completeness(double share) {
    Once.refuse("completeness", completeness);
    return new DataNeed(
        source,
        columns,
        labels,
        rows,
        accuracy,
        share("completeness", share),
        consistency,
        freshWithin);
  }

  /**
   * Sets which share of its rows has to agree with each other and with other sources.
   *
   * @param share from 0 to 1
   * @return the need with it
   * @throws IllegalArgumentException if it is outside
   * @throws IllegalStateException if it is already set
   */
  public DataNeed consistency(double share) {
    Once.refuse("consistency", consistency);
    return new DataNeed(
        source,
        columns,
        labels,
        rows,
        accuracy,
        completeness,
        share("consistency", share),
        freshWithin);
  }

  /**
   * Sets how old its newest rows may be: its timeliness.
   *
   * @param age the greatest age, positive
   * @return the need with it
   * @throws IllegalArgumentException if it is not positive
   * @throws IllegalStateException if it is already set
   */
  public DataNeed freshWithin(Duration age) {
    Objects.requireNonNull(age, "age");
    Once.refuse("freshWithin", freshWithin);
    return new DataNeed(
        source,
        columns,
        labels,
        rows,
        accuracy,
        completeness,
        consistency,
        Durations.positive("fresh_within", age));
  }

  private static double share(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          what + " must lie between 0 and 1: " + Exactly.number(value));
    }
    return value + 0.0;
  }

  /**
   * Returns the source.
   *
   * @return its name
   */
  public String source() {
    return source;
  }

  /**
   * Returns which of its columns are used.
   *
   * @return their names in the order given; empty if nobody said; unmodifiable
   */
  public List<String> columns() {
    return columns;
  }

  /**
   * Tells whether the labels come from here.
   *
   * @return whether they do
   */
  public boolean hasLabels() {
    return labels;
  }

  /**
   * Returns how many rows there are to learn from.
   *
   * @return how many; empty if nobody said
   */
  public OptionalLong rows() {
    return rows == null ? OptionalLong.empty() : OptionalLong.of(rows);
  }

  /**
   * Returns which share of its values, or labels, is right.
   *
   * @return the share; empty if nobody said
   */
  public OptionalDouble accuracy() {
    return optional(accuracy);
  }

  /**
   * Returns which share of its values has to be there.
   *
   * @return the share; empty if nobody said
   */
  public OptionalDouble completeness() {
    return optional(completeness);
  }

  /**
   * Returns which share of its rows has to agree.
   *
   * @return the share; empty if nobody said
   */
  public OptionalDouble consistency() {
    return optional(consistency);
  }

  /**
   * Returns how old its newest rows may be.
   *
   * @return the greatest age; empty if nobody said
   */
  public Optional<Duration> freshWithin() {
    return Optional.ofNullable(freshWithin);
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DataNeed need
        && source.equals(need.source)
        && columns.equals(need.columns)
        && labels == need.labels
        && Objects.equals(rows, need.rows)
        && Objects.equals(accuracy, need.accuracy)
        && Objects.equals(completeness, need.completeness)
        && Objects.equals(consistency, need.consistency)
        && Objects.equals(freshWithin, need.freshWithin);
  }

  @Override
  public int hashCode() {
    return Objects.hash(source, columns, labels);
  }

  /** Returns the source and its columns. */
  @Override
  public String toString() {
    return source + (labels ? " with labels " : " ") + columns;
  }
}
