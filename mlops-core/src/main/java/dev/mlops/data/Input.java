package dev.mlops.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a reader is to read: a file, opened and closed by us, or a stream, left open.
 *
 * @param name how messages call it
 * @param opening gives the bytes
 * @param close whether the bytes are ours to close
 */
record Input(String name, Opening opening, boolean close) {

  static Input file(Path file) {
    Objects.requireNonNull(file, "file");
    return new Input(file.toAbsolutePath().toString(), () -> Files.newInputStream(file), true);
  }

  static Input stream(InputStream bytes) {
    Objects.requireNonNull(bytes, "bytes");
    AtomicBoolean read = new AtomicBoolean();
    return new Input("a stream", () -> once(bytes, read), false);
  }

  // A second reading would find the end of the stream and call the file empty.
  private static InputStream once(InputStream bytes, AtomicBoolean read) {
    if (read.getAndSet(true)) {
      throw new IllegalStateException(
          "this reader has read its stream already; keep what load() returned, or read a new"
              + " stream");
    }
    return bytes;
  }

  InputStream open() throws IOException {
    return opening.open();
  }

  <T> T read(Reading<T> reading) throws IOException {
    if (!close) {
      return reading.read(opening.open());
    }
    try (InputStream bytes = opening.open()) {
      return reading.read(bytes);
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

  interface Work<T> {
    T read() throws IOException;
  }
}
