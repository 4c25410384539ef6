package dev.mlops.storage;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Digest;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Keeps bytes under their own digest, streamed in and out.
 *
 * <p>This is an SPI: implementations must be safe for use by many threads and processes, hold no
 * whole content in memory (except for {@link #inMemory()}), and pass {@code ArtifactStoreContract}
 * of the test kit. After {@link #close()} every method but {@code close} throws {@link
 * IllegalStateException}.
 */
public interface ArtifactStore extends AutoCloseable {

  /**
   * Keeps bytes in the files of a directory, made if it is not there, on the system's clock.
   *
   * @param directory on a local disk, or one shared by several machines
   * @return the store
   * @throws StorageException if the directory cannot be made
   */
  static ArtifactStore files(Path directory) {
    requireNonNull(directory, "directory");
    return files(directory, Clock.systemUTC());
  }

  /**
   * Keeps bytes in the files of a directory, made if it is not there.
   *
   * @param directory on a local disk, or one shared by several machines
   * @param clock dates the files
   * @return the store
   * @throws StorageException if the directory cannot be made
   */
  static ArtifactStore files(Path directory, Clock clock) {
    requireNonNull(clock, "clock");
    requireNonNull(directory, "directory");
    return files(directory, clock, FileAccess.OWNER);
  }

  /**
   * Keeps bytes in the files of a directory, made if it is not there.
   *
   * @param directory on a local disk, or one shared by several machines
   * @param clock dates the files
   * @param access who may read what is made; {@link FileAccess#OWNER} if not said, and {@link
   *     FileAccess#UMASK} where users of one group share the directory
   * @return the store
   * @throws StorageException if the directory cannot be made
   */
  static ArtifactStore files(Path directory, Clock clock, FileAccess access) {
    requireNonNull(clock, "clock");
    requireNonNull(access, "access");
    requireNonNull(directory, "directory");
    return new FileArtifactStore(directory, clock, access);
  }

  /**
   * Keeps bytes in memory, on the system's clock; for tests and small data.
   *
   * @return the store
   */
  static ArtifactStore inMemory() {
    return inMemory(Clock.systemUTC());
  }

  /**
   * Keeps bytes in memory; for tests and small data.
   *
   * @param clock dates the contents
   * @return the store
   */
  static ArtifactStore inMemory(Clock clock) {
    requireNonNull(clock, "clock");
    return new InMemoryArtifactStore(clock);
  }

  /**
   * Keeps the bytes of a stream, read to its end and left open. They are durable on return, and
   * their age begins anew if they were there already.
   *
   * @param bytes the content
   * @return its digest
   * @throws StorageException if the stream cannot be read or the bytes cannot be kept; nothing is
   *     visible then
   */
  @CanIgnoreReturnValue
  Digest write(InputStream bytes);

  /**
   * Opens a content, to be closed by the caller.
   *
   * <p>The stream checks the bytes against the digest as they pass; at the end of altered ones it
   * throws {@link StorageException}.
   *
   * @param digest of the content
   * @return the bytes
   * @throws NotFoundException if there is no such content
   * @throws StorageException if it cannot be opened
   */
  InputStream read(Digest digest);

  /**
   * Finds the file that holds a content, for those who map it into memory instead of reading it as
   * a stream. A content never changes, so the file must not be changed; it may be deleted while it
   * is mapped, as {@link #delete} does, and what is mapped stays valid. Its bytes are not checked
   * against the digest, as {@link #read} does.
   *
   * @param digest of the content
   * @return the file, or empty if there is no such content, or if it is in no file of this machine:
   *     then {@link #read} it
   * @throws StorageException if the store fails
   */
  default Optional<Path> local(Digest digest) {
    requireNonNull(digest, "digest");
    return Optional.empty();
  }

  /**
   * Returns the size of a content.
   *
   * @param digest of the content
   * @return the number of its bytes, or empty if there is no such content
   * @throws StorageException if the store fails
   */
  OptionalLong size(Digest digest);

  /**
   * Lists every content in no stated order; the stream is to be closed by the caller.
   *
   * @return the digests
   * @throws StorageException if the store fails
   */
  Stream<Digest> list();

  /**
   * Deletes a content unless it was written again of late, as one atomic step.
   *
   * @param digest of the content
   * @param writtenBefore a content written at this time or later stays
   * @return whether it was there and is gone
   * @throws StorageException if the store fails
   */
  @CanIgnoreReturnValue
  boolean delete(Digest digest, Instant writtenBefore);

  /**
   * Deletes what writers that were killed have left unfinished.
   *
   * @param writtenBefore what was touched at this time or later stays
   * @return how many leftovers are gone
   * @throws StorageException if the store fails
   */
  @CanIgnoreReturnValue
  int deleteUnfinished(Instant writtenBefore);

  /** Closes the store; calling it again does nothing. */
  @Override
  void close();
}
