package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Unchangeable copies of what a caller gave, which say by name where a null is in it. */
public final class Elements {

  private Elements() {}

  /**
   * Copies elements in their order.
   *
   * @param <T> their type
   * @param given the elements
   * @param name what the caller knows them as, such as {@code columns}
   * @return the copy
   * @throws NullPointerException if there are no elements, whose message is the name; or if one is
   *     null, whose message is such as {@code columns[2]}
   */
  public static <T> List<T> copy(Collection<? extends T> given, String name) {
    requireNonNull(name, "name");
    int index = 0;
    for (T element : requireNonNull(given, name)) {
      if (element == null) {
        throw new NullPointerException(name + "[" + index + "]");
      }
      index++;
    }
    return List.copyOf(given); // no copy of what cannot change
  }

  /**
   * Copies elements in their order.
   *
   * @param <T> their type
   * @param given the elements
   * @param name what the caller knows them as
   * @return the copy
   * @throws NullPointerException as {@link #copy(Collection, String)} does
   */
  public static <T> List<T> copy(T[] given, String name) {
    return copy(Arrays.asList(requireNonNull(given, requireNonNull(name, "name"))), name);
  }

  /**
   * Copies entries in their order.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @param given the entries
   * @param name what the caller knows them as, such as {@code params}
   * @return the copy
   * @throws NullPointerException if there are no entries, whose message is the name; or if a key or
   *     a value is null, whose message is such as {@code params[null]} or {@code params[depth]}
   */
  public static <K, V> Map<K, V> copy(Map<? extends K, ? extends V> given, String name) {
    requireNonNull(name, "name");
    Map<K, V> copy = new LinkedHashMap<>();
    requireNonNull(given, name)
        .forEach(
            (key, value) ->
                copy.put(
                    requireNonNull(key, () -> name + "[null]"),
                    requireNonNull(value, () -> name + "[" + key + "]")));
    return Collections.unmodifiableMap(copy);
  }
}
