package dev.mlops;

import dev.mlops.error.ConflictException;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * This process's claim on a directory, so that no two workspaces of it write there; the database's
 * file lock guards it from others.
 */
final class DirectoryClaim implements AutoCloseable {
  private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

  private final Path directory;

  private DirectoryClaim(Path directory) {
    this.directory = directory;
  }

  static DirectoryClaim of(Path directory) {
    Path real = real(directory);
    if (!CLAIMED.add(real)) {
      throw new ConflictException(
          "workspace '"
              + directory
              + "' is open in this process already; hand that Workspace on, or close it first");
    }
    return new DirectoryClaim(real);
  }

  private static Path real(Path directory) {
    try {
      return Files.createDirectories(directory).toRealPath();
    } catch (IOException e) {
      throw new StorageException("cannot make the directory '" + directory + "': " + e, e);
    }
  }

  @Override
  public void close() {
    CLAIMED.remove(directory);
  }
}
