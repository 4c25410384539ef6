package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.storage.Names;
import dev.mlops.tracking.Condition.Sign;
import dev.mlops.tracking.Condition.Source;
import dev.mlops.tracking.Condition.TextTest;
import java.util.List;
import java.util.Objects;

/**
 * A param or a tag in a {@link RunQuery}. {@link #equalTo} and {@link #anyOf} compare texts, and
 * numbers as numbers; the other comparisons compare numbers only, and hold only where the text is a
 * finite number in decimal notation, such as {@code 6}, {@code 0.5} or {@code 1e-3}. Immutable.
 */
public final class TextField {

  private final Source source;
  private final String name;

  TextField(Source source, String name) {
    this.source = source;
    this.name = Names.checked(source.word, name);
  }

  /**
   * Asks for a value.
   *
   * @param value its text counts, as it did when the param was recorded
   * @return holds where the text is the same, or both are the same number: 6 finds 6 and 6.0
   */
  public RunFilter equalTo(Object value) {
    Objects.requireNonNull(value, "value");
    return among(List.of(value.toString()), this + " is '" + value + "'");
  }

  /**
   * Asks for one of several values.
   *
   * @param values at least one; their texts count
   * @return holds where {@link #equalTo} holds for one of them
   */
  public RunFilter anyOf(Object... values) {
    List<Object> each = Elements.copy(values, "values");
    if (each.isEmpty()) {
      throw new IllegalArgumentException("anyOf() of " + this + " needs at least one value");
    }
    return among(each.stream().map(Object::toString).toList(), this + " in " + each);
  }

  private RunFilter among(List<String> texts, String words) {
    List<Double> numbers =
        texts.stream().map(ParamTexts::exactNumber).filter(Objects::nonNull).toList();
    return tested(new TextTest.Among(texts, numbers), words);
  }

  /**
   * Compares numbers.
   *
   * @param limit a number
   * @return holds where the text is a number {@code >= limit}
   */
  public RunFilter atLeast(double limit) {
    return compared(Sign.AT_LEAST, limit);
  }

  /**
   * Compares numbers.
   *
   * @param limit a number
   * @return holds where the text is a number {@code <= limit}
   */
  public RunFilter atMost(double limit) {
    return compared(Sign.AT_MOST, limit);
  }

  /**
   * Asks for a pattern.
   *
   * @param pattern of SQL's LIKE: {@code %} is any text, {@code _} one character; upper and lower
   *     case differ
   * @return holds where the text fits it as a whole
   */
  public RunFilter like(String pattern) {
    return like(new LikePattern(requireNonNull(pattern, "pattern"), false));
  }

  /**
   * Asks for a pattern, as {@link #like(String)} does, but upper and lower case are equal.
   *
   * @param pattern of SQL's LIKE
   * @return holds where the text fits it as a whole
   */
  public RunFilter likeInAnyCase(String pattern) {
    return like(new LikePattern(requireNonNull(pattern, "pattern"), true));
  }

  private RunFilter like(LikePattern pattern) {
    return tested(new TextTest.Like(pattern, true), this + " " + pattern);
  }

  /**
   * Asks for runs that have it.
   *
   * @return holds where there is a value
   */
  public RunFilter exists() {
    return tested(new TextTest.Present(), this + " exists");
  }

  /**
   * Asks for runs that do not have it.
   *
   * @return holds where there is no value
   */
  public RunFilter missing() {
    return new RunFilter(new Condition.Not(exists().condition()), this + " is missing");
  }

  /**
   * Orders runs by this value: numbers first, by size; then other texts, in the order of their
   * characters' code points.
   *
   * @return smallest first
   */
  public RunOrder ascending() {
    return RunOrder.ofText(source, name, false, toString());
  }

  /**
   * Orders runs by this value: numbers first, by size; then other texts, in the order of their
   * characters' code points.
   *
   * @return greatest first
   */
  public RunOrder descending() {
    return RunOrder.ofText(source, name, true, toString());
  }

  RunFilter compared(Sign sign, double limit) {
    if (Double.isNaN(limit)) {
      throw new IllegalArgumentException("limit of " + this + " must be a number: NaN");
    }
    return tested(
        new TextTest.Compared(sign, limit), this + " " + sign.text + " " + Exactly.number(limit));
  }

  Condition condition(TextTest test) {
    return new Condition.OnText(source, name, test);
  }

  private RunFilter tested(TextTest test, String words) {
    return new RunFilter(condition(test), words);
  }

  /** Returns the field in words, such as {@code param depth}. */
  @Override
  public String toString() {
    return source.word + " " + name;
  }
}
