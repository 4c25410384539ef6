package dev.mlops.models;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.FileFailure;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.Artifacts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * One file of a model: where it lies within the model, and how to read it. Immutable and safe for
 * use by many threads.
 */
public final class ModelFile {

  private final String path;
  private final long size;
  private final Digest digest;
  private final Supplier<InputStream> content;

  private ModelFile(String path, long size, Digest digest, Supplier<InputStream> content) {
    this.path = ArtifactPath.of(path).value();
    this.size = size;
    this.digest = digest;
    this.content = content;
  }

  /**
   * Takes a file's bytes from memory.
   *
   * @param path its name within the model, such as {@code model.onnx}
   * @param bytes its bytes; copied
   * @return the file
   */
  public static ModelFile of(String path, byte[] bytes) {
    requireNonNull(path, "path");
    requireNonNull(bytes, "bytes");
    byte[] copy = bytes.clone();
    return new ModelFile(path, copy.length, Digest.of(copy), () -> new ByteArrayInputStream(copy));
  }

  /**
   * Takes a file on disk as it is now. It is read now, for its digest, and again by {@link #open},
   * which refuses other bytes than now and follows no link that was put in its place.
   *
   * @param path its name within the model
   * @param file a regular file; links are followed now
   * @return the file
   * @throws NotFoundException if there is no such file
   * @throws StorageException if it cannot be read
   */
  public static ModelFile of(String path, Path file) {
    requireNonNull(file, "file");
    if (!Files.isRegularFile(file)) {
      throw new NotFoundException("no file '" + file.toAbsolutePath() + "' with a model");
    }
    try {
      PinnedFile pinned = PinnedFile.of(file);
      return new ModelFile(path, pinned.size(), pinned.digest(), pinned::open);
    } catch (IOException e) {
      throw new StorageException("cannot read '" + file + "': " + FileFailure.reason(e), e);
    }
  }

  /**
   * Takes a file from an artifact store.
   *
   * @param artifact the file
   * @param store where its bytes are
   * @return the file, at the artifact's path
   */
  public static ModelFile of(Artifact artifact, Artifacts store) {
    requireNonNull(artifact, "artifact");
    requireNonNull(store, "store");
    return new ModelFile(
        artifact.path().value(), artifact.size(), artifact.digest(), () -> store.open(artifact));
  }

  /**
   * Returns where the file lies within the model.
   *
   * @return a relative path, its parts separated by {@code /}
   */
  public String path() {
    return path;
  }

  /**
   * Returns the file's size.
   *
   * @return in bytes
   */
  public long size() {
    return size;
  }

  /**
   * Returns the digest of the file's bytes.
   *
   * @return the SHA-256
   */
  public Digest digest() {
    return digest;
  }

  /**
   * Opens the file. A stream that is read to its end without an exception gave the bytes of {@link
   * #digest()}.
   *
   * @return its bytes, to be closed by the caller
   * @throws ConflictException if the file changed, now or at the end of the stream
   * @throws StorageException if it cannot be read
   */
  public InputStream open() {
    return content.get();
  }

  /**
   * Reads the file.
   *
   * @return its bytes
   * @throws ConflictException if the file changed
   * @throws StorageException if it cannot be read, or is larger than an array
   */
  public byte[] bytes() {
    if (size > Integer.MAX_VALUE - 8) {
      throw new StorageException(
          "'"
              + path
              + "' has "
              + Plural.of(size, "byte")
              + ", more than an array holds; use open()");
    }
    try (InputStream bytes = open()) {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new StorageException("cannot read '" + path + "': " + FileFailure.reason(e), e);
    }
  }

  /** Returns the file in one line. */
  @Override
  public String toString() {
    return "%s (%s, %s)".formatted(path, Plural.of(size, "byte"), digest);
  }
}
