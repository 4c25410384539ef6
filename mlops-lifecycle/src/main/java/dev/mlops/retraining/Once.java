package dev.mlops.retraining;

import org.jspecify.annotations.Nullable;

/** The rule of every builder: an option is set once. */
final class Once {

  private Once() {}

  static void check(String option, @Nullable Object first) {
    if (first != null) {
      throw new IllegalStateException("%s is set already, to %s".formatted(option, first));
    }
  }
}
