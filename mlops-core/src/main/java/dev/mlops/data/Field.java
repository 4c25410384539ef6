package dev.mlops.data;

import java.util.Objects;

/**
 * A column's name, its type and whether it may hold nulls.
 *
 * @param name the column's name, not empty
 * @param dataType the type of its values
 * @param nullable whether a value may be missing
 */
public record Field(String name, DataType dataType, boolean nullable) {

  /**
   * Checks the name.
   *
   * @param name the column's name, not empty
   * @param dataType the type of its values
   * @param nullable whether a value may be missing
   * @throws IllegalArgumentException if the name is empty or holds half a surrogate pair
   */
  public Field {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dataType, "dataType");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a field needs a name of at least one character");
    }
    WholeText.require(name);
  }

  /**
   * Returns a field whose values are never missing.
   *
   * @param name the column's name, not empty
   * @param type the type of its values
   * @return the field
   * @throws IllegalArgumentException if the name is empty or holds half a surrogate pair
   */
  public static Field of(String name, DataType type) {
    Objects.requireNonNull(type, "type");
    return new Field(name, type, false);
  }

  /**
   * Returns this field with nulls allowed.
   *
   * @return the nullable field
   */
  public Field orNull() {
    return new Field(name, dataType, true);
  }

  /** Returns name and type, with a question mark if nulls are allowed: {@code delay INT64?}. */
  @Override
  public String toString() {
    return name + " " + dataType + (nullable ? "?" : "");
  }
}
