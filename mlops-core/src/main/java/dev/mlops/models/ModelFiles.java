package dev.mlops.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Elements;
import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import dev.mlops.storage.ArtifactPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files that a model is made of. Immutable and safe for use by many threads.
 *
 * @param list at least one, each path once; the first is the one that a runtime opens, and the
 *     others lie beside it, as the weights of a large model do
 */
public record ModelFiles(List<ModelFile> list) {

  /**
   * Checks the paths.
   *
   * @param list at least one, each path once
   */
  public ModelFiles {
    list = Elements.copy(list, "list");
    List<String> paths = list.stream().map(ModelFile::path).toList();
    if (list.isEmpty() || paths.stream().distinct().count() < paths.size()) {
      throw new IllegalArgumentException(
          "a model needs at least one file, and each path once: " + paths);
    }
  }

  /**
   * Makes a model of one file, or of several.
   *
   * @param first the one that a runtime opens
   * @param others what lies beside it
   * @return the files
   */
  public static ModelFiles of(ModelFile first, ModelFile... others) {
    requireNonNull(first, "first");
    List<ModelFile> more = Elements.copy(others, "others");
    return new ModelFiles(Stream.concat(Stream.of(first), more.stream()).toList());
  }

  /**
   * Returns the digest of the model's bytes, which tells versions apart in journals and
   * certificates.
   *
   * @return for one file its own SHA-256; for several, the SHA-256 of a text with a line {@code
   *     sha256:... path} for each, in their order
   */
  public Digest digest() {
    if (list.size() == 1) {
      return list.get(0).digest();
    }
    String lines =
        list.stream()
            .map(file -> file.digest() + " " + file.path() + "\n")
            .collect(Collectors.joining());
    return Digest.of(lines.getBytes(UTF_8));
  }

  /**
   * Returns the first file, the one that a runtime opens.
   *
   * @return the first of {@link #list()}
   */
  public ModelFile first() {
    return list.get(0);
  }

  /**
   * Returns a file.
   *
   * @param path its path
   * @return the file
   * @throws InvalidInputException if it is no path within a model, as {@code ../a}
   * @throws NotFoundException if there is none, naming those that there are
   */
  public ModelFile get(String path) {
    requireNonNull(path, "path");
    String wanted = ArtifactPath.of(path).value();
    return list.stream()
        .filter(file -> file.path().equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> new NotFoundException("no file '" + path + "' in the model; found: " + paths()));
  }

  /**
   * Writes every file below a directory, where a runtime that reads files finds them.
   *
   * @param directory an existing directory
   * @return the first file, as written
   * @throws ConflictException if a file changed since it was looked up
   * @throws StorageException if a file cannot be read or written
   */
  public Path copyTo(Path directory) {
    requireNonNull(directory, "directory");
    list.forEach(file -> copy(file, directory.resolve(file.path())));
    return directory.resolve(first().path());
  }

  private static void copy(ModelFile file, Path target) {
    try (InputStream bytes = file.open()) {
      Files.createDirectories(target.toAbsolutePath().getParent());
      Files.copy(bytes, target);
    } catch (IOException e) {
      throw new StorageException("cannot write '" + target + "': " + FileFailure.reason(e), e);
    }
  }

  /**
   * Names the files.
   *
   * @return their paths, in their order
   */
  public List<String> paths() {
    return list.stream().map(ModelFile::path).toList();
  }

  /**
   * Returns the size of all files.
   *
   * @return in bytes
   */
  public long size() {
    return list.stream().mapToLong(ModelFile::size).sum();
  }

  /** Returns the files in one line, such as {@code model.onnx, 1024 bytes, sha256:...}. */
  @Override
  public String toString() {
    return String.join(", ", paths()) + ", " + Plural.of(size(), "byte") + ", " + digest();
  }
}
