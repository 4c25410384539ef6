package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.DataType;
import dev.mlops.error.Exactly;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A parameter that is given when a model is asked, as a threshold is, and that is no feature of a
 * row. It always has a value, so a model can be asked without it.
 *
 * @param name not empty
 * @param dataType one of a single value: any but a vector
 * @param isList whether it is a list of such values
 * @param value what it is if it is not given: {@link Boolean}, {@link Long}, {@link Float}, {@link
 *     Double}, {@link String} or {@link Instant}, or an unmodifiable list of these
 */
public record ModelParam(String name, DataType dataType, boolean isList, Object value) {

  /**
   * Checks that the value is of the type.
   *
   * @param name not empty
   * @param dataType one of a single value: any but a vector
   * @param isList whether it is a list of such values
   * @param value what it is if it is not given
   */
  public ModelParam {
    requireNonNull(name, "name");
    requireNonNull(dataType, "dataType");
    if (name.isBlank()) {
      throw new IllegalArgumentException("a param needs a name");
    }
    if (dataType.kind() == DataType.Kind.VECTOR) {
      throw new IllegalArgumentException(
          "param '" + name + "' must be of a type of single values; make it a list of them");
    }
    value = checked(name, dataType, isList, requireNonNull(value, "value"));
  }

  /**
   * Makes a param of a single value.
   *
   * @param name not empty
   * @param dataType one of a single value
   * @param value what it is if it is not given
   * @return the param
   * @throws IllegalArgumentException if the value is not of the type
   */
  public static ModelParam of(String name, DataType dataType, Object value) {
    return new ModelParam(name, dataType, false, value);
  }

  /**
   * Makes a param that is a list.
   *
   * @param name not empty
   * @param dataType that of each value
   * @param values what it is if it is not given
   * @return the param
   * @throws IllegalArgumentException if a value is not of the type
   */
  public static ModelParam ofList(String name, DataType dataType, List<?> values) {
    return new ModelParam(name, dataType, true, requireNonNull(values, "values"));
  }

  /** A value that somebody gave, in the type of the param. */
  Object checked(Object given) {
    return checked(name, dataType, isList, given);
  }

  private static Object checked(String name, DataType type, boolean isList, Object given) {
    if (!isList) {
      return single(name, type, given);
    }
    if (!(given instanceof Collection<?> values)) {
      throw new IllegalArgumentException(
          "param '" + name + "' is a list of " + type + ", and was given " + said(given));
    }
    return values.stream()
        .map(value -> single(name, type, value))
        .collect(Collectors.toUnmodifiableList());
  }

  private static Object single(String name, DataType type, Object given) {
    boolean fits =
        switch (type.kind()) {
          case BOOLEAN -> given instanceof Boolean;
          case INT64 -> isWhole(given);
          case FLOAT32, FLOAT64 -> given instanceof Number;
          case STRING -> given instanceof String;
          case INSTANT -> given instanceof Instant;
          case VECTOR -> false;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "param '" + name + "' is " + type + ", and was given " + said(given));
    }
    return switch (type.kind()) {
      case INT64 -> ((Number) given).longValue();
      case FLOAT32 -> ((Number) given).floatValue();
      case FLOAT64 -> ((Number) given).doubleValue();
      case INSTANT -> ((Instant) given).truncatedTo(ChronoUnit.MICROS);
      default -> given;
    };
  }

  private static boolean isWhole(Object given) {
    return given instanceof Long
        || given instanceof Integer
        || given instanceof Short
        || given instanceof Byte;
  }

  private static String said(Object given) {
    return given instanceof String text ? "the text '" + text + "'" : Exactly.value(given);
  }

  /** Returns the param in one line, such as {@code limit FLOAT64 = 0.5}. */
  @Override
  public String toString() {
    return name + " " + dataType + (isList ? " list" : "") + " = " + Exactly.value(value);
  }
}
