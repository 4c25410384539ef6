package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

/**
 * A condition on runs, made from a {@link MetricField} or a {@link TextField}. A run that has not
 * the metric, param or tag fulfils no comparison with it, but fulfils the comparison's {@link
 * #not()}. Immutable.
 */
public final class RunFilter {

  private final Condition condition;
  private final String text;

  RunFilter(Condition condition, String text) {
    this.condition = condition;
    this.text = text;
  }

  /**
   * Reads a condition as MLflow writes it for {@code search_runs}, such as {@code metrics.auc > 0.7
   * AND params.model = 'gbm'}. Beyond MLflow's grammar there are OR, NOT, brackets, IS NULL, IN and
   * NOT LIKE for every text, and numbers compared with params and tags that are numbers.
   *
   * <p>As in MLflow, a comparison looks at a metric's latest value; a run that lacks the metric,
   * param or tag fulfils none, not even {@code !=}; and a text in quotes is compared letter by
   * letter, so that {@code params.depth = '6'} does not find 6.0. {@code start_time} and {@code
   * end_time} are milliseconds since 1970.
   *
   * @param filter the text
   * @return the condition
   * @throws IllegalArgumentException if it is no filter, with the place and the reason
   */
  public static RunFilter parse(String filter) {
    return FilterParser.parse(requireNonNull(filter, "filter"));
  }

  /**
   * Joins two conditions.
   *
   * @param other the other condition
   * @return holds where both hold
   */
  public RunFilter and(RunFilter other) {
    requireNonNull(other, "other");
    return new RunFilter(
        new Condition.And(condition, other.condition), "(" + text + " and " + other.text + ")");
  }

  /**
   * Joins two conditions.
   *
   * @param other the other condition
   * @return holds where one or both hold
   */
  public RunFilter or(RunFilter other) {
    requireNonNull(other, "other");
    return new RunFilter(
        new Condition.Or(condition, other.condition), "(" + text + " or " + other.text + ")");
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
    return new RunFilter(new Condition.Not(condition), "not (" + text + ")");
  }

  Condition condition() {
    return condition;
  }

  /** Returns the condition in words, such as {@code metric auc >= 0.7}. */
  @Override
  public String toString() {
    return text;
  }
}
