package dev.mlops.storage;

import dev.mlops.data.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Set;

/** File operations that have reached the disk when they return. */
final class DurableFiles {
  private static final int BUFFER = 1 << 16;

  // Windows opens no directory, and journals renames itself.
  private static final boolean DIRECTORIES_SYNC =
      !System.getProperty("os.name", "").startsWith("Windows");

  private DurableFiles() {}

  /** Copies a stream to a new file, and returns the digest of what passed. */
  static Digest copy(InputStream bytes, Path file, FileAccess access) throws IOException {
    MessageDigest digest = Sha256.start();
    byte[] buffer = new byte[BUFFER];
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            access.forFile())) {
      for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
        digest.update(buffer, 0, n);
        writeFully(channel, ByteBuffer.wrap(buffer, 0, n));
      }
      channel.force(true);
    }
    return Sha256.finish(digest);
  }

  /** Renames a file over what may have the other name, both in directories that exist. */
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncParent(to);
  }

  static void delete(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      syncParent(file);
    }
  }

  static void createDirectory(Path directory, FileAccess access) throws IOException {
    if (Files.notExists(directory)) {
      access.createDirectory(directory);
      syncParent(directory);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void syncParent(Path path) throws IOException {
    Path parent = path.getParent();
    if (DIRECTORIES_SYNC && parent != null) {
      try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
