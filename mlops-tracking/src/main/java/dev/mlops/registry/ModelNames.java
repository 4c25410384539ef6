package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import dev.mlops.storage.Names;
import java.util.regex.Pattern;

/**
 * The rule for the names of models and aliases: they stand in paths and in {@code
 * models:/name@alias}.
 */
final class ModelNames {

  private static final Pattern NAME =
      Pattern.compile("[\\p{L}\\p{N}_-][\\p{L}\\p{N}\\p{M} ._-]{0,199}");

  private ModelNames() {}

  static String checked(String kind, String name) {
    requireNonNull(name, kind);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          kind
              + " name must be 1 to 200 letters, digits, spaces and . _ -, and not begin with a dot or a space: '"
              + Names.shown(name)
              + "'");
    }
    return name;
  }
}
