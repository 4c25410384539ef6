package dev.mlops.tracking;

import static java.util.stream.Collectors.joining;

import java.util.Collection;

/**
 * Keys of rows in the text of a statement, and not a mark for each: H2 looks each row up in a set
 * of constants, but compares it with one argument after the other, which took 50 ms for 500 runs.
 */
final class Keys {

  private Keys() {}

  /** Returns the condition that a column is one of these: {@code r.id IN (17, 42)}. */
  static String in(String column, Collection<Long> keys) {
    return keys.stream().map(String::valueOf).collect(joining(", ", column + " IN (", ")"));
  }
}
