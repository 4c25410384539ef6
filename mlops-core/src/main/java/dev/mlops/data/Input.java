package dev.mlops.data;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Opens what a reader is to read. */
interface Input {

  InputStream open() throws IOException;

  /** Refuses an option that is set already. */
  static void once(String option, @Nullable Object before) {
    if (before != null) {
      throw new IllegalStateException(option + " is already " + before);
    }
  }
}
