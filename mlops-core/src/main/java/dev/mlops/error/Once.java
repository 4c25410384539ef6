package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The rule of every builder and query: an option is set once. Code that sets it a second time has a
 * mistake that nobody would find by reading the result.
 */
public final class Once {

  private Once() {}

  /**
   * Takes the value of an option that was not set before.
   *
   * @param option its name, as the method that sets it is called
   * @param before what was set before, or null
   * @param value the value
   * @param <T> the option's type
   * @return the value
   * @throws IllegalStateException if it was set before, naming the option and the earlier value
   */
  public static <T> T set(String option, @Nullable T before, T value) {
    refuse(option, before);
    return requireNonNull(value, option);
  }

  /**
   * Refuses an option that was set before.
   *
   * @param option its name, as the method that sets it is called
   * @param before what was set before, or null
   * @throws IllegalStateException if it was set before, naming the option and the earlier value
   */
  public static void refuse(String option, @Nullable Object before) {
    refuse("option", option, before);
  }

  /**
   * Refuses something with a name that was set before, of which there may be several.
   *
   * @param kind what it is, such as {@code tag} or {@code importance of}
   * @param name its name
   * @param before what was set before, or null
   * @throws IllegalStateException if it was set before, naming it and the earlier value
   */
  public static void refuse(String kind, String name, @Nullable Object before) {
    if (before != null) {
      throw new IllegalStateException(
          "the " + kind + " '" + name + "' is set already, to " + Exactly.value(before));
    }
  }
}
