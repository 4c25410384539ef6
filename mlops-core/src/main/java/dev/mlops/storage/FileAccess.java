package dev.mlops.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Who may read and write the files and directories that are made.
 *
 * <p>What is there already keeps its permissions. Where the file system has no POSIX permissions,
 * as on Windows, new files have those of their directory.
 */
public enum FileAccess {
  /** Their owner alone: {@code rw-------} for files and {@code rwx------} for directories. */
  OWNER("rw-------", "rwx------"),

  /** Whom the {@code umask} of the process allows, often everybody for reading. */
  UMASK("rw-rw-rw-", "rwxrwxrwx");

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private final String files;
  private final String directories;

  FileAccess(String files, String directories) {
    this.files = files;
    this.directories = directories;
  }

  /** Returns what a new file is to be made with. */
  FileAttribute<?>[] forFile() {
    return attributes(files);
  }

  /** Makes a directory and those above it, unless it is there. */
  @CanIgnoreReturnValue
  Path createDirectory(Path directory) throws IOException {
    return Files.createDirectories(directory, attributes(directories));
  }

  private static FileAttribute<?>[] attributes(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
