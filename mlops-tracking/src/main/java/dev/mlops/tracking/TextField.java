package dev.mlops.tracking;

import static java.util.stream.Collectors.joining;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.storage.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A param or a tag in a {@link RunQuery}. {@link #equalTo} and {@link #anyOf} compare texts, and
 * numbers as numbers; the other comparisons compare numbers only, and hold only where the text is a
 * finite number in decimal notation, such as {@code 6}, {@code 0.5} or {@code 1e-3}. Immutable.
 */
public final class TextField {

  private final String kind;
  private final String table;
  private final String name;

  TextField(String kind, String table, String name) {
    this.kind = kind;
    this.table = table;
    this.name = Names.checked(kind, name);
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
    List<Object> arguments = new ArrayList<>(List.of(name));
    arguments.addAll(texts);
    arguments.addAll(numbers);
    String condition = "f.as_text IN (" + marks(texts) + ")";
    return new RunFilter(
        exists(
            " AND ("
                + condition
                + (numbers.isEmpty() ? "" : " OR f.as_number IN (" + marks(numbers) + ")")
                + ")"),
        arguments,
        words);
  }

  private static String marks(List<?> values) {
    return values.stream().map(value -> "?").collect(joining(", "));
  }

  /**
   * Compares numbers.
   *
   * @param limit a number
   * @return holds where the text is a number {@code >= limit}
   */
  public RunFilter atLeast(double limit) {
    return compared(">=", limit);
  }

  /**
   * Compares numbers.
   *
   * @param limit a number
   * @return holds where the text is a number {@code <= limit}
   */
  public RunFilter atMost(double limit) {
    return compared("<=", limit);
  }

  /**
   * Asks for runs that have it.
   *
   * @return holds where there is a value
   */
  public RunFilter exists() {
    return new RunFilter(exists(""), List.of(name), this + " exists");
  }

  /**
   * Asks for runs that do not have it.
   *
   * @return holds where there is no value
   */
  public RunFilter missing() {
    return new RunFilter("(NOT " + exists("") + ")", List.of(name), this + " is missing");
  }

  /**
   * Orders runs by this value: numbers first, by size; then other texts, in the order of their
   * characters' code points.
   *
   * @return smallest first
   */
  public RunOrder ascending() {
    return new RunOrder(table, name, "as_number", "as_text", false, toString());
  }

  /**
   * Orders runs by this value: numbers first, by size; then other texts, in the order of their
   * characters' code points.
   *
   * @return greatest first
   */
  public RunOrder descending() {
    return new RunOrder(table, name, "as_number", "as_text", true, toString());
  }

  private RunFilter compared(String operator, double limit) {
    if (Double.isNaN(limit)) {
      throw new IllegalArgumentException("limit of " + this + " must be a number: NaN");
    }
    return new RunFilter(
        exists(" AND f.as_number " + operator + " ?"),
        List.of(name, limit),
        this + " " + operator + " " + Exactly.number(limit));
  }

  private String exists(String condition) {
    return "r.id IN (SELECT f.run FROM " + table + " f WHERE f.name = ?" + condition + ")";
  }

  /** Returns the field in words, such as {@code param depth}. */
  @Override
  public String toString() {
    return kind + " " + name;
  }
}
