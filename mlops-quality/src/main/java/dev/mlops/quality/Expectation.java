package dev.mlops.quality;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import java.util.List;

/**
 * One thing that a suite expects of a batch.
 *
 * <p>Immutable and safe for use by many threads. Made by {@link ColumnExpectations} and {@link
 * TableExpectations}.
 */
public final class Expectation {
  private final String name;
  private final List<String> columns;
  private final String description;
  private final Dimension dimension;
  private final Severity severity;
  private final double mostly;
  private final Rule rule;

  Expectation(
      String name,
      List<String> columns,
      String description,
      Dimension dimension,
      Severity severity,
      double mostly,
      Rule rule) {
    this.name = requireNonNull(name, "name");
    this.columns = Elements.copy(columns, "columns");
    this.description = requireNonNull(description, "description");
    this.dimension = requireNonNull(dimension, "dimension");
    this.severity = requireNonNull(severity, "severity");
    this.mostly = mostly;
    this.rule = requireNonNull(rule, "rule");
  }

  /**
   * Returns the kind of expectation.
   *
   * @return the name of the method that made it, such as {@code between}
   */
  public String name() {
    return name;
  }

  /**
   * Returns the columns that it speaks of.
   *
   * @return the names, in the order given; empty if it speaks of the batch as a whole
   */
  public List<String> columns() {
    return columns;
  }

  /**
   * Returns the dimension of quality to whose score it counts.
   *
   * @return the dimension
   */
  public Dimension dimension() {
    return dimension;
  }

  /**
   * Returns what a failure does.
   *
   * @return the severity
   */
  public Severity severity() {
    return severity;
  }

  /**
   * Returns the share of rows that must pass.
   *
   * @return the share, above 0 and at most 1
   */
  public double mostly() {
    return mostly;
  }

  Rule rule() {
    return rule;
  }

  /**
   * Returns the expectation in words.
   *
   * @return such as {@code delay is between -120 and 1800 for at least 99.9 % of values}
   */
  @Override
  public String toString() {
    return mostly == 1
        ? description
        : description + " for at least " + Wording.percent(mostly) + " of values";
  }
}
