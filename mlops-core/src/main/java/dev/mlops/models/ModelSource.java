package dev.mlops.models;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Where a model comes from: a file, bytes, the code of a function, a version in a registry, or an
 * alias such as {@code champion}. Code that serves a model takes a source, and so needs no
 * registry:
 *
 * <pre>{@code
 * Candidate.open(registry.alias("churn", "champion"), OnnxPredictor::load);
 * Candidate.open(ModelSource.file("churn", 7, file), OnnxPredictor::load);
 * }</pre>
 *
 * <p>A source may move, as an alias does. {@link #resolve()} looks once, and what it returns stays:
 * one name, one version, one digest and the bytes that belong to them.
 */
@FunctionalInterface
public interface ModelSource {

  /**
   * Looks up the model as it is now.
   *
   * @return its name, version, digest and files, which no longer move
   * @throws NotFoundException if there is no such model
   * @throws StorageException if it cannot be read
   */
  ResolvedModel resolve();

  /**
   * Takes a model from a file, which is read each time that the source is resolved.
   *
   * @param name the model's name, not blank
   * @param version at least 1
   * @param file a regular file; resolving throws a {@link NotFoundException} if there is none
   * @return the source
   */
  static ModelSource file(String name, int version, Path file) {
    requireNonNull(name, "name");
    requireNonNull(file, "file");
    String path = requireNonNull(file.getFileName(), "the file's name").toString();
    return () -> new ResolvedModel(name, version, ModelFiles.of(ModelFile.of(path, file)));
  }

  /**
   * Takes a model from memory.
   *
   * @param name the model's name, not blank
   * @param version at least 1
   * @param bytes the model; copied
   * @return the source, whose only file is named {@code model}
   */
  static ModelSource bytes(String name, int version, byte[] bytes) {
    requireNonNull(name, "name");
    requireNonNull(bytes, "bytes");
    ModelFiles files = ModelFiles.of(ModelFile.of("model", bytes));
    ResolvedModel model = new ResolvedModel(name, version, files);
    return () -> model;
  }

  /**
   * Takes a model that is code, such as a rule that stands in for a model. Its bytes are the class
   * file, so its digest changes when that code does; what it calls in other classes does not count.
   *
   * @param name the model's name, not blank
   * @param version at least 1
   * @param code the class that holds the function
   * @return the source, whose only file is the class file
   * @throws IllegalArgumentException if the class has no file, as the class of a lambda
   */
  static ModelSource code(String name, int version, Class<?> code) {
    requireNonNull(name, "name");
    requireNonNull(code, "code");
    String path = code.getName().replace('.', '/') + ".class";
    try (InputStream bytes = code.getResourceAsStream("/" + path)) {
      if (bytes == null) {
        throw new IllegalArgumentException(
            code
                + " has no class file to take a digest of; name the class that holds the function");
      }
      ModelFile file = ModelFile.of(path, bytes.readAllBytes());
      ResolvedModel model = new ResolvedModel(name, version, ModelFiles.of(file));
      return () -> model;
    } catch (IOException e) {
      throw new StorageException("cannot read the class file of " + code, e);
    }
  }
}
