package dev.mlops.registry;

import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.ArtifactPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory in MLflow's layout. What it names is only followed inside: a path is checked as text,
 * and then, with its links resolved, against the directory itself.
 */
final class ModelDirectory {

  private static final int LARGEST_SIDE_FILE = 64 << 20;

  private final Path root;

  private ModelDirectory(Path root) {
    this.root = root;
  }

  static Path write(Path directory, List<PackageFile> files) {
    try {
      Files.createDirectories(directory);
      refuseContent(directory);
      for (PackageFile file : files) {
        write(directory.resolve(ArtifactPath.of(file.path()).value()), file);
      }
      return directory;
    } catch (IOException e) {
      throw new StorageException("cannot write a model to '" + directory + "'", e);
    }
  }

  private static void write(Path target, PackageFile file) throws IOException {
    try (InputStream bytes = file.open()) {
      Files.copy(bytes, target);
    }
  }

  private static void refuseContent(Path directory) throws IOException {
    try (Stream<Path> content = Files.list(directory)) {
      if (content.findAny().isPresent()) {
        throw new ConflictException(
            "'" + directory + "' is not empty; export a model to a new directory");
      }
    }
  }

  static ModelPackage read(Path directory) {
    try {
      return new ModelDirectory(directory.toRealPath()).read();
    } catch (NoSuchFileException e) {
      throw new NotFoundException("no directory '" + directory + "' to read a model from");
    } catch (IOException e) {
      throw new StorageException("cannot read a model from '" + directory + "'", e);
    }
  }

  private ModelPackage read() throws IOException {
    MlModel model = MlModel.parse(bytes(PackageFiles.DESCRIPTION), "'" + root + "'");
    ModelPackage.Builder builder = ModelPackage.builder(inside(model.onnxPath()), signature(model));
    if (model.ownPath("golden").isPresent()) {
      builder.golden(PackageFiles.golden(bytes(model.ownPath("golden").get()), model.tolerance()));
    }
    if (model.ownPath("environment").isPresent()) {
      builder.environment(PackageFiles.environment(bytes(model.ownPath("environment").get())));
    }
    model.run().ifPresent(builder::run);
    model.data().ifPresent(builder::data);
    model.description().ifPresent(builder::description);
    model.tags().forEach(builder::tag);
    return builder.build();
  }

  private ModelSignature signature(MlModel model) throws IOException {
    return model.ownPath("signature").isPresent()
        ? PackageFiles.signature(bytes(model.ownPath("signature").get()))
        : model.mlflowSignature();
  }

  private byte[] bytes(String path) throws IOException {
    Path file = inside(path);
    if (Files.size(file) > LARGEST_SIDE_FILE) {
      throw new InvalidInputException(
          "'"
              + path
              + "' of '"
              + root
              + "' has "
              + Files.size(file)
              + " bytes; at most "
              + LARGEST_SIDE_FILE
              + " are read");
    }
    return Files.readAllBytes(file);
  }

  private Path inside(String path) throws IOException {
    Path file = root.resolve(ArtifactPath.of(path).value());
    if (!Files.isRegularFile(file)) {
      throw new NotFoundException("no file '" + path + "' in '" + root + "'");
    }
    if (!file.toRealPath().startsWith(root)) {
      throw new InvalidInputException("'" + path + "' leads out of '" + root + "'");
    }
    return file.toRealPath();
  }
}
