package dev.mlops.serving;

import org.jspecify.annotations.Nullable;

/**
 * Options are set once; the second time is a mistake that nobody would find by reading the result.
 */
final class Once {

  private Once() {}

  static <T> T set(String option, @Nullable T current, T value) {
    if (current != null) {
      throw new IllegalStateException(option + " is already set to " + current);
    }
    return value;
  }
}
