package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import java.util.List;
import java.util.stream.Stream;

/**
 * A condition on runs, made from a {@link MetricField} or a {@link TextField}. A run that has not
 * the metric, param or tag fulfils no comparison with it, but fulfils the comparison's {@link
 * #not()}. Immutable.
 */
public final class RunFilter {

  private final String sql;
  private final List<Object> arguments;
  private final String text;

  RunFilter(String sql, List<?> arguments, String text) {
    this.sql = sql;
    this.arguments = Elements.copy(arguments, "arguments");
    this.text = text;
  }

  /**
   * Joins two conditions.
   *
   * @param other the other condition
   * @return holds where both hold
   */
  public RunFilter and(RunFilter other) {
    return joined("AND", "and", other);
  }

  /**
   * Joins two conditions.
   *
   * @param other the other condition
   * @return holds where one or both hold
   */
  public RunFilter or(RunFilter other) {
    return joined("OR", "or", other);
  }

  /**
   * Turns the condition round. It then holds also where there is nothing to compare: {@code
   * metric("auc").atLeast(0.8).not()} finds the runs below 0.8, those whose auc is NaN and those
   * that have none. The runs below 0.8 alone are {@code metric("auc").below(0.8)}; of any condition
   * only the runs that have the metric are {@code condition.not().and(metric("auc").exists())}.
   *
   * @return holds where this does not
   */
  public RunFilter not() {
    return new RunFilter("(NOT " + sql + ")", arguments, "not (" + text + ")");
  }

  private RunFilter joined(String operator, String word, RunFilter other) {
    requireNonNull(other, "other");
    return new RunFilter(
        "(" + sql + " " + operator + " " + other.sql + ")",
        Stream.concat(arguments.stream(), other.arguments.stream()).toList(),
        "(" + text + " " + word + " " + other.text + ")");
  }

  String sql() {
    return sql;
  }

  List<Object> arguments() {
    return arguments;
  }

  /** Returns the condition in words, such as {@code metric auc >= 0.7}. */
  @Override
  public String toString() {
    return text;
  }
}
