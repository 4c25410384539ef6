package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.mlops.error.FileFailure;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.models.ModelFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the runtime reads a model: from memory, or from a file that it opens itself, so that no
 * copy of it passes through the Java heap.
 */
interface ModelBytes extends AutoCloseable {

  /** One file of up to this size goes through memory; a larger one through a directory. */
  long MOST_IN_MEMORY = 64L << 20;

  OrtSession session(OrtEnvironment environment, OrtSession.SessionOptions settings)
      throws OrtException;

  /** Opens the bytes of the main file, to be closed by the caller. */
  InputStream open() throws IOException;

  @Override
  default void close() {}

  static ModelBytes of(byte[] bytes) {
    requireNonNull(bytes, "bytes");
    return new InMemory(bytes);
  }

  static ModelBytes of(InputStream bytes) {
    requireNonNull(bytes, "bytes");
    try {
      return new InMemory(bytes.readAllBytes());
    } catch (IOException e) {
      throw new StorageException("the model can't be read", e);
    }
  }

  static ModelBytes of(Path file) {
    requireNonNull(file, "file");
    if (Files.notExists(file)) {
      throw new NotFoundException("no model file " + file.toAbsolutePath());
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new StorageException(
          "the model file " + file + " can't be read; it is no file, or closed to this process");
    }
    if (file.getFileSystem().equals(FileSystems.getDefault())) {
      return new InFile(file);
    }
    try {
      // As in a zip file: nothing that native code could open.
      return new InMemory(Files.readAllBytes(file));
    } catch (IOException e) {
      throw FileFailure.of("cannot read the model file " + file, e);
    }
  }

  static ModelBytes of(ModelFiles model) {
    requireNonNull(model, "model");
    return model.list().size() == 1 && model.first().size() <= MOST_IN_MEMORY
        ? new InMemory(model.first().bytes())
        : new InDirectory(ModelDirectory.of(model));
  }

  /** A model on the heap. */
  final class InMemory implements ModelBytes {
    private final byte[] bytes;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public OrtSession session(OrtEnvironment environment, OrtSession.SessionOptions settings)
        throws OrtException {
      return environment.createSession(bytes, settings);
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes);
    }
  }

  /** A model in a file of its owner. */
  record InFile(Path file) implements ModelBytes {
    @Override
    public OrtSession session(OrtEnvironment environment, OrtSession.SessionOptions settings)
        throws OrtException {
      return environment.createSession(file.toAbsolutePath().toString(), settings);
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }
  }

  /** A model in files of ours, which go when it is loaded. */
  record InDirectory(ModelDirectory directory) implements ModelBytes {
    @Override
    public OrtSession session(OrtEnvironment environment, OrtSession.SessionOptions settings)
        throws OrtException {
      return new InFile(directory.main()).session(environment, settings);
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(directory.main());
    }

    @Override
    public void close() {
      directory.close();
    }
  }
}
