package dev.mlops.registry;

import dev.mlops.error.ConflictException;
import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import dev.mlops.parity.Parity;
import dev.mlops.storage.ArtifactPath;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A directory in MLflow's layout. What it names is only followed inside: a path is checked as text,
 * and then, with its links resolved, against the directory itself.
 */
final class ModelDirectory {

  private static final int LARGEST_SIDE_FILE = 64 << 20;
  private static final int MOST_FILES = 1_000;

  private final Path root;

  private ModelDirectory(Path root) {
    this.root = root;
  }

  /**
   * Writes all files or none: into a directory beside the wanted one, which takes its place at the
   * end.
   */
  static Path write(Path directory, List<ModelFile> files) {
    try {
      Path target = directory.toAbsolutePath();
      Files.createDirectories(target);
      refuseContent(directory);
      Path aside = Files.createTempDirectory(target.getParent(), "." + target.getFileName() + "-");
      try {
        for (ModelFile file : files) {
          write(aside.resolve(ArtifactPath.of(file.path()).value()), file);
        }
        Files.delete(target);
        Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException | RuntimeException | Error e) {
        deleteAll(aside, e);
        throw e;
      }
      return directory;
    } catch (IOException e) {
      throw new StorageException(
          "cannot write a model to '" + directory + "': " + FileFailure.reason(e), e);
    }
  }

  private static void write(Path target, ModelFile file) throws IOException {
    Files.createDirectories(target.getParent());
    try (InputStream bytes = file.open()) {
      Files.copy(bytes, target);
    }
  }

  private static void deleteAll(Path directory, Throwable reason) {
    try (Stream<Path> content = Files.walk(directory)) {
      for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      reason.addSuppressed(e);
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

  static ModelPackage read(Path directory, List<ModelFormat> formats) {
    try {
      return new ModelDirectory(directory.toRealPath()).read(formats);
    } catch (NoSuchFileException e) {
      throw new NotFoundException(
          "no directory '" + directory.toAbsolutePath() + "' to read a model from");
    } catch (IOException e) {
      throw new StorageException(
          "cannot read a model from '" + directory + "': " + FileFailure.reason(e), e);
    }
  }

  private ModelPackage read(List<ModelFormat> formats) throws IOException {
    byte[] description = bytes(PackageFiles.DESCRIPTION);
    MlModel model = MlModel.parse(description, "'" + root + "'");
    Map<String, ModelFile> files = files();
    files.put(PackageFiles.DESCRIPTION, ModelFile.of(PackageFiles.DESCRIPTION, description));
    KnownModel known = KnownModel.in(model, new ModelFiles(List.copyOf(files.values())), formats);
    try {
      return read(model, known, files);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(model + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Whatever a builder refuses was written by a stranger here, not by the caller. */
  private ModelPackage read(MlModel model, KnownModel known, Map<String, ModelFile> files)
      throws IOException {
    Optional<String> own = model.ownPath("signature");
    ModelSignature signature =
        own.isPresent()
            ? PackageFiles.signature(held(files, own.get()))
            : known.mlflowSignature(model);
    ModelPackage.Builder builder = ModelPackage.builder(known.format(), known.files(), signature);
    if (model.ownPath("golden").isPresent()) {
      byte[] golden = held(files, model.ownPath("golden").get());
      builder.golden(PackageFiles.golden(golden, model.tolerance()));
    }
    if (files.containsKey(Parity.FILE)) {
      builder.parity(Parity.parse(held(files, Parity.FILE)));
    }
    if (model.ownPath("environment").isPresent()) {
      byte[] environment = held(files, model.ownPath("environment").get());
      builder.environment(PackageFiles.environment(environment));
    }
    model.run().ifPresent(builder::runOfDirectory);
    model.data().ifPresent(builder::data);
    model.description().ifPresent(builder::description);
    model.tags().forEach(builder::tag);
    return builder.kept(List.copyOf(files.values())).build();
  }

  /** Reads a file to understand it; what is understood is what is kept. */
  private byte[] held(Map<String, ModelFile> files, String path) throws IOException {
    byte[] bytes = bytes(path);
    files.put(path, ModelFile.of(path, bytes));
    return bytes;
  }

  /** Everything in the directory belongs to the model, whether or not it is understood here. */
  private Map<String, ModelFile> files() throws IOException {
    Map<String, ModelFile> files = new TreeMap<>();
    try (Stream<Path> content = Files.walk(root)) {
      for (Path path : (Iterable<Path>) content::iterator) {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          String name = root.relativize(path).toString().replace(File.separatorChar, '/');
          files.put(name, ModelFile.of(name, inside(name)));
        }
        if (files.size() > MOST_FILES) {
          throw new InvalidInputException(
              "'" + root + "' holds more than " + MOST_FILES + " files, so it is no model");
        }
      }
    }
    return files;
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
              + Plural.of(Files.size(file), "byte")
              + "; at most "
              + Plural.grouped(LARGEST_SIDE_FILE)
              + " are read");
    }
    return ModelFile.of(path, file).bytes();
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
