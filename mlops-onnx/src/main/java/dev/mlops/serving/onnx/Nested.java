package dev.mlops.serving.onnx;

import dev.mlops.error.InvalidInputException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Values within arrays and lists, to any depth. */
final class Nested {

  private Nested() {}

  static boolean isOne(@Nullable Object value) {
    return value == null || !(value.getClass().isArray() || value instanceof Collection);
  }

  /** The sizes of nested arrays, none for a single value. */
  static List<Long> shape(String place, @Nullable Object value) {
    if (isOne(value)) {
      return List.of();
    }
    if (value != null && isFlatArray(value)) {
      return List.of((long) Array.getLength(value));
    }
    List<@Nullable Object> parts = parts(value);
    List<Long> shape = new ArrayList<>(List.of((long) parts.size()));
    if (!parts.isEmpty()) {
      List<Long> first = shape(place, parts.get(0));
      for (Object part : parts) {
        if (!shape(place, part).equals(first)) {
          throw new InvalidInputException(
              "%s: a tensor has no rows of different sizes, such as %s and %s; fill the shorter ones"
                  .formatted(place, first, shape(place, part)));
        }
      }
      shape.addAll(first);
    }
    return shape;
  }

  private static List<@Nullable Object> parts(@Nullable Object value) {
    List<@Nullable Object> parts = new ArrayList<>();
    if (value instanceof Collection<?> collection) {
      parts.addAll(collection);
    } else if (value != null) {
      for (int i = 0; i < Array.getLength(value); i++) {
        parts.add(Array.get(value, i));
      }
    }
    return parts;
  }

  static void leaves(@Nullable Object value, Consumer<@Nullable Object> taker) {
    if (isOne(value)) {
      taker.accept(value);
    } else {
      parts(value).forEach(part -> leaves(part, taker));
    }
  }

  /** Whether there is nothing but elements in it. */
  private static boolean isFlatArray(Object value) {
    return value.getClass().isArray()
        && (value.getClass().getComponentType().isPrimitive() || value instanceof String[]);
  }

  static int count(@Nullable Object value) {
    if (value != null && isFlatArray(value)) {
      return Array.getLength(value);
    }
    return isOne(value) ? 1 : parts(value).stream().mapToInt(Nested::count).sum();
  }

  /** Writes all elements, and returns the place after them. */
  static int write(TensorWriter writer, int at, @Nullable Object value) {
    if (value != null && isFlatArray(value)) {
      writer.putAll(at, value);
      return at + Array.getLength(value);
    }
    if (isOne(value)) {
      writer.put(at, value);
      return at + 1;
    }
    int next = at;
    for (Object part : parts(value)) {
      next = write(writer, next, part);
    }
    return next;
  }
}
