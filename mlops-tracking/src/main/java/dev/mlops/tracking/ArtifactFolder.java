package dev.mlops.tracking;

import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.ArtifactPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The files below a directory, under the names that they get in a run. All of them are looked at
 * before the first is stored, so a directory that is refused leaves nothing.
 *
 * <p>A symbolic link is refused: what it points to may lie anywhere, and would be kept for all who
 * read the run. So is anything else that is no plain file.
 */
final class ArtifactFolder {

  private ArtifactFolder() {}

  /** Returns the files by their paths below a run, in the order of the names. */
  static Map<ArtifactPath, Path> files(String path, Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new NotFoundException(
          "no directory '"
              + directory.toAbsolutePath()
              + "' to keep as artifacts below '"
              + path
              + "'");
    }
    Map<ArtifactPath, Path> files = new LinkedHashMap<>();
    for (Path file : walked(path, directory)) {
      String name =
          directory.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        files.put(ArtifactPath.of(path.isEmpty() ? name : path + "/" + name), file);
      } else if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new InvalidInputException(
            "'"
                + file.toAbsolutePath()
                + "' is "
                + (Files.isSymbolicLink(file) ? "a symbolic link" : "no plain file")
                + ", and only plain files of a directory are kept; copy what it stands for into the directory");
      }
    }
    if (files.isEmpty()) {
      throw new InvalidInputException(
          "'" + directory.toAbsolutePath() + "' holds no file to keep below '" + path + "'");
    }
    return files;
  }

  private static List<Path> walked(String path, Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new StorageException(
          "cannot read directory '"
              + directory
              + "' to keep it as artifacts below '"
              + path
              + "': "
              + FileFailure.reason(e),
          e);
    }
  }
}
