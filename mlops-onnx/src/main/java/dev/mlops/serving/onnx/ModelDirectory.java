package dev.mlops.serving.onnx;

import dev.mlops.error.StorageException;
import dev.mlops.models.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The files of a model in a directory of their own, for as long as ONNX Runtime reads them.
 *
 * @param root the directory, which goes when this is closed
 * @param main the file to load
 */
record ModelDirectory(Path root, Path main) implements AutoCloseable {

  static ModelDirectory of(ModelFiles model) {
    try {
      Path root = Files.createTempDirectory("mlops-onnx-");
      try {
        return new ModelDirectory(root, model.copyTo(root));
      } catch (RuntimeException | Error e) {
        delete(root);
        throw e;
      }
    } catch (IOException e) {
      throw new StorageException("cannot make a temporary directory for " + model, e);
    }
  }

  @Override
  public void close() {
    delete(root);
  }

  /** What cannot be deleted now, as a mapped file on Windows, goes when the process ends. */
  private static void delete(Path root) {
    try (Stream<Path> content = Files.walk(root)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.toFile().delete()) {
          path.toFile().deleteOnExit();
        }
      }
    } catch (IOException e) {
      root.toFile().deleteOnExit();
    }
  }
}
