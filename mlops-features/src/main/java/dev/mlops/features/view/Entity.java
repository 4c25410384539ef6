package dev.mlops.features.view;

import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.error.Elements;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a feature describes, such as an airport or a route, and the columns that identify it.
 *
 * <p>Keys are compared by type and part by part: the route {@code ("a", "bc")} is not {@code ("ab",
 * "c")}, and the number {@code 1} is not the text {@code "1"}. Immutable.
 *
 * @param name the entity's name: letters, digits, {@code _} and {@code -}
 * @param keys the key columns in order, at least one, each STRING or INT64
 */
public record Entity(String name, List<Field> keys) {

  /**
   * Checks the name and the keys.
   *
   * @param name the entity's name
   * @param keys the key columns
   * @throws IllegalArgumentException if the name has other characters, there is no key, or a key is
   *     neither STRING nor INT64
   */
  public Entity {
    Names.check("entity", name);
    keys = Elements.copy(keys, "keys");
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "entity '" + name + "' has no key; name at least one column");
    }
    Names.checkDistinct("key of entity '" + name + "'", keys.stream().map(Field::name).toList());
    keys.forEach(key -> checkType(name, key));
  }

  /**
   * Returns an entity whose keys are STRING columns.
   *
   * @param name the entity's name
   * @param keys the key columns in order, at least one
   * @return the entity
   * @throws IllegalArgumentException as the constructor does
   */
  public static Entity of(String name, String... keys) {
    return new Entity(
        name,
        Elements.copy(keys, "keys").stream().map(key -> Field.of(key, DataType.STRING)).toList());
  }

  /**
   * Returns an entity with typed keys.
   *
   * @param name the entity's name
   * @param keys the key columns in order, at least one, each STRING or INT64
   * @return the entity
   * @throws IllegalArgumentException as the constructor does
   */
  public static Entity of(String name, Field... keys) {
    return new Entity(name, Elements.copy(keys, "keys"));
  }

  @Override
  public String toString() {
    return keys.stream()
        .map(key -> key.name() + " " + key.dataType())
        .collect(Collectors.joining(", ", name + "(", ")"));
  }

  private static void checkType(String name, Field key) {
    if (!key.dataType().equals(DataType.STRING) && !key.dataType().equals(DataType.INT64)) {
      throw new IllegalArgumentException(
          "key '"
              + key.name()
              + "' of entity '"
              + name
              + "' is "
              + key.dataType()
              + "; a key is STRING or INT64");
    }
  }
}
