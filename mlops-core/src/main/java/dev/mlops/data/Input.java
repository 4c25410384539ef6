package dev.mlops.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a reader is to read: a file, opened and closed by us, or a stream, left open.
 *
 * @param name how messages call it
 * @param opening gives the bytes
 * @param close whether the bytes are ours to close
 */
record Input(String name, Opening opening, boolean close) {

  static Input file(Path file) {
    return new Input(file.toString(), () -> Files.newInputStream(file), true);
  }

  static Input stream(InputStream bytes) {
    return new Input("a stream", () -> bytes, false);
  }

  <T> T read(Reading<T> reading) throws IOException {
    InputStream bytes = opening.open();
    try {
      return reading.read(bytes);
    } finally {
      if (close) {
        bytes.close();
      }
    }
  }

  /** Refuses an option that is set already. */
  static void once(String option, @Nullable Object before) {
    if (before != null) {
      throw new IllegalStateException(option + " is already " + before);
    }
  }

  static int notNegative(String option, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(option + " must not be negative: " + value);
    }
    return value;
  }

  interface Opening {
    InputStream open() throws IOException;
  }

  interface Reading<T> {
    T read(InputStream bytes) throws IOException;
  }
}
