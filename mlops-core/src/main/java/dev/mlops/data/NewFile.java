package dev.mlops.data;

import dev.mlops.error.FileFailure;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Writes a file beside the place where it belongs and moves it there when it is whole, so that
 * nobody reads half a file and a dataset mapped from the old file stays valid.
 */
final class NewFile {

  /** Fills a file. */
  interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  private NewFile() {}

  static void write(Path file, Content content) {
    Objects.requireNonNull(file, "file");
    try {
      Path target = replaceable(file);
      Path fresh = create(target.toAbsolutePath());
      try {
        fill(fresh, content);
        Files.move(
            fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException | RuntimeException | Error e) {
        discard(fresh, e);
        throw e;
      }
    } catch (IOException e) {
      throw new StorageException(
          "cannot write " + file.toAbsolutePath() + ": " + FileFailure.reason(e), e);
    }
  }

  /** Follows links, so that the file is replaced and not the link to it. */
  private static Path replaceable(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return file;
    }
    if (!Files.exists(file)) {
      throw new IOException("it is a link to a file that is not there");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          Files.isDirectory(file)
              ? "it is a directory; name a file in it"
              : "it is no regular file, and a new one would take its place; write to a stream");
    }
    return file.toRealPath();
  }

  private static void discard(Path fresh, Throwable failure) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static void fill(Path fresh, Content content) throws IOException {
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      content.writeTo(channel);
    }
  }

  private static Path create(Path target) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        return Files.createFile(target.resolveSibling(target.getFileName() + ".new" + attempt));
      } catch (FileAlreadyExistsException e) {
        if (attempt == 999) {
          throw e;
        }
      }
    }
  }
}
