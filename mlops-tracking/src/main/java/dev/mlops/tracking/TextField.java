package dev.mlops.tracking;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A param or a tag in a {@link RunQuery}. {@link #is} and {@link #in} compare texts; the other
 * comparisons compare numbers, and hold only where the text is a finite number. Immutable.
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
   * Compares texts.
   *
   * @param value its text counts, as it did when the param was recorded
   * @return holds where the text is the same
   */
  public RunFilter is(Object value) {
    return new RunFilter(
        exists(" AND f.as_text = ?"),
        List.of(name, value.toString()),
        this + " is '" + value + "'");
  }

  /**
   * Compares texts.
   *
   * @param values at least one; their texts count
   * @return holds where the text is one of them
   */
  public RunFilter in(Object... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("in() of " + this + " needs at least one value");
    }
    List<Object> arguments = new ArrayList<>(List.of(name));
    Arrays.stream(values).map(Object::toString).forEach(arguments::add);
    String marks = Arrays.stream(values).map(value -> "?").collect(joining(", "));
    return new RunFilter(
        exists(" AND f.as_text IN (" + marks + ")"),
        arguments,
        this + " in " + Arrays.toString(values));
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
   * Orders runs by this value: numbers first, by size; then other texts, in the database's own
   * order of texts.
   *
   * @return smallest first
   */
  public RunOrder ascending() {
    return new RunOrder(table, name, "as_number", "as_text", false, toString());
  }

  /**
   * Orders runs by this value: numbers first, by size; then other texts, in the database's own
   * order of texts.
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
        this + " " + operator + " " + limit);
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
