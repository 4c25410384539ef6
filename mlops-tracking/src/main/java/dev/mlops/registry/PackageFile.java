package dev.mlops.registry;

import java.io.IOException;
import java.io.InputStream;

/** One file of a model package: where it lies, and how to read it. */
record PackageFile(String path, Source source) {

  InputStream open() throws IOException {
    return source.open();
  }

  /** Opens bytes; the one who opens closes. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }
}
