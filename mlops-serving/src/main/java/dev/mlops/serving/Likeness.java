package dev.mlops.serving;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether two answers are alike: numbers by a tolerance, also within arrays, lists and maps of any
 * depth, anything else by {@link Object#equals}. An array is equal to itself alone, as is an object
 * of a class that says nothing of equality; to compare such objects would find that any two answers
 * differ, also those of one and the same model.
 */
final class Likeness {

  /** Whether equality of a class means more than that it is the same object. */
  private static final ClassValue<Boolean> HAS_EQUALITY =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          if (type.isRecord() && hasArray(type)) {
            return false;
          }
          try {
            return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class
                || type.isEnum();
          } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e); // Every class inherits it.
          }
        }
      };

  private Likeness() {}

  /** Records compare an array by identity, unless they say otherwise, which nobody can see. */
  private static boolean hasArray(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getType)
        .anyMatch(Class::isArray);
  }

  /** Whether it can be told if an answer is like another. */
  static boolean canCompare(@Nullable Object value) {
    List<?> members = value == null ? List.of() : members(value);
    return members == null
        ? HAS_EQUALITY.get(Objects.requireNonNull(value).getClass())
        : members.stream().allMatch(Likeness::canCompare);
  }

  /** Whether two answers are alike, NaN only to NaN. */
  static boolean isAlike(@Nullable Object one, @Nullable Object other, double tolerance) {
    if (one == null || other == null) {
      return one == other;
    }
    if (one instanceof Number left && other instanceof Number right) {
      return isNear(left.doubleValue(), right.doubleValue(), tolerance);
    }
    if (one instanceof Map<?, ?> left && other instanceof Map<?, ?> right) {
      return left.keySet().equals(right.keySet())
          && left.keySet().stream()
              .allMatch(key -> isAlike(left.get(key), right.get(key), tolerance));
    }
    List<?> left = members(one);
    List<?> right = members(other);
    return (left == null || right == null) ? one.equals(other) : areAlike(left, right, tolerance);
  }

  private static boolean areAlike(List<?> left, List<?> right, double tolerance) {
    boolean alike = left.size() == right.size();
    for (int i = 0; alike && i < left.size(); i++) {
      alike = isAlike(left.get(i), right.get(i), tolerance);
    }
    return alike;
  }

  static boolean isNear(double one, double other, double tolerance) {
    return Double.compare(one, other) == 0 || Math.abs(one - other) <= tolerance;
  }

  /** Returns what is in an array, a list or a map, null for anything else. */
  static @Nullable List<?> members(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.values());
    }
    return value.getClass().isArray() ? new Members(value) : null;
  }

  /** An array of any type as a list. */
  private static final class Members extends AbstractList<@Nullable Object> {

    private final Object array;

    Members(Object array) {
      this.array = array;
    }

    @Override
    public @Nullable Object get(int index) {
      return Array.get(array, index);
    }

    @Override
    public int size() {
      return Array.getLength(array);
    }
  }
}
