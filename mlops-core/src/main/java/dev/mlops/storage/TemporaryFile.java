package dev.mlops.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is gone when its block is left, unless it was moved. A failure to delete it does not
 * hide the failure that ended the block.
 *
 * @param path the file, which need not exist
 */
record TemporaryFile(Path path) implements Closeable {

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
