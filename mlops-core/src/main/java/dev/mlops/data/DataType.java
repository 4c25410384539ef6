package dev.mlops.data;

import java.util.Objects;

/**
 * The type of a column's values.
 *
 * @param kind what the values are
 * @param dimension the number of floats in each value of a {@link Kind#VECTOR}, at least 1; 0 for
 *     all other kinds
 */
public record DataType(Kind kind, int dimension) {

  /** True or false. */
  public static final DataType BOOLEAN = new DataType(Kind.BOOLEAN, 0);

  /** A whole number of 64 bits. */
  public static final DataType INT64 = new DataType(Kind.INT64, 0);

  /** An IEEE 754 number of 32 bits. */
  public static final DataType FLOAT32 = new DataType(Kind.FLOAT32, 0);

  /** An IEEE 754 number of 64 bits. */
  public static final DataType FLOAT64 = new DataType(Kind.FLOAT64, 0);

  /** Unicode text. */
  public static final DataType STRING = new DataType(Kind.STRING, 0);

  /** A point on the time line, in microseconds. */
  public static final DataType INSTANT = new DataType(Kind.INSTANT, 0);

  /** What the values of a column are. */
  public enum Kind {
    /** True or false. */
    BOOLEAN,
    /** A whole number of 64 bits. */
    INT64,
    /** An IEEE 754 number of 32 bits. */
    FLOAT32,
    /** An IEEE 754 number of 64 bits. */
    FLOAT64,
    /** Unicode text. */
    STRING,
    /** A point on the time line, kept as microseconds since 1970-01-01T00:00:00Z. */
    INSTANT,
    /** A fixed number of 32-bit floats, for example an embedding. */
    VECTOR
  }

  /**
   * Checks the dimension.
   *
   * @param kind what the values are
   * @param dimension at least 1 for a vector, 0 for all other kinds
   * @throws IllegalArgumentException if a vector's dimension is less than 1, or another kind's is
   *     not 0
   */
  public DataType {
    Objects.requireNonNull(kind, "kind");
    if (kind == Kind.VECTOR && dimension < 1) {
      throw new IllegalArgumentException("a vector needs a dimension of at least 1: " + dimension);
    }
    if (kind != Kind.VECTOR && dimension != 0) {
      throw new IllegalArgumentException(
          "only a vector has a dimension, " + kind + " has none: " + dimension);
    }
  }

  /**
   * Returns the type of vectors of a dimension.
   *
   * @param dimension the number of floats in each value, at least 1
   * @return the type
   * @throws IllegalArgumentException if the dimension is less than 1
   */
  public static DataType vector(int dimension) {
    return new DataType(Kind.VECTOR, dimension);
  }

  /** Returns the kind's name, and for a vector its dimension: {@code INT64}, {@code VECTOR(3)}. */
  @Override
  public String toString() {
    return kind == Kind.VECTOR ? "VECTOR(" + dimension + ")" : kind.name();
  }
}
