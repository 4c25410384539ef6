package dev.mlops.storage;

import dev.mlops.error.ConflictException;
import dev.mlops.error.FileFailure;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** This process's claim on a database file; against other processes H2's own file lock stands. */
final class FileClaim implements AutoCloseable {
  private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

  private final Path file;

  private FileClaim(Path file) {
    this.file = file;
  }

  static FileClaim of(Path file, FileAccess access) {
    FileClaim claim = new FileClaim(real(file.toAbsolutePath().normalize(), access));
    if (!CLAIMED.add(claim.file)) {
      throw new ConflictException(
          "database '"
              + file
              + "' is open in this process already; hand the open one on, or close it first");
    }
    return claim;
  }

  // The file may not be there yet, so only its directory can be followed through links.
  private static Path real(Path file, FileAccess access) {
    Path directory = file.resolveSibling("");
    try {
      return access.createDirectory(directory).toRealPath().resolve(file.getFileName());
    } catch (IOException e) {
      throw new StorageException(
          "cannot make the directory '" + directory + "': " + FileFailure.reason(e), e);
    }
  }

  Path file() {
    return file;
  }

  @Override
  public void close() {
    CLAIMED.remove(file);
  }
}
