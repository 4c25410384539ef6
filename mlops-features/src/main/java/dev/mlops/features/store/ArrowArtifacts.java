package dev.mlops.features.store;

import dev.mlops.Workspace;
import dev.mlops.data.ArrowFile;
import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.FileFailure;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rows as Arrow files among a workspace's artifacts, written as a stream and mapped into memory.
 * The first time that an artifact is opened, its bytes are compared with their digest, all of them:
 * a mapped file is not looked at otherwise. Safe for use by many threads.
 */
public final class ArrowArtifacts {

  /** More bytes than this of a store without files go through a file of their own. */
  private static final long IN_MEMORY = 256L << 20;

  private final Workspace workspace;
  private final Set<Digest> verified = ConcurrentHashMap.newKeySet();

  /**
   * Makes a way to a workspace's Arrow files.
   *
   * @param workspace the workspace
   */
  public ArrowArtifacts(Workspace workspace) {
    this.workspace = workspace;
  }

  /**
   * Returns the owner of a workspace's feature files.
   *
   * @return such as {@code features/churn}
   */
  public String owner() {
    return "features/" + workspace.project();
  }

  /**
   * Stages rows, ready to be linked in a transaction.
   *
   * @param rows the rows, of which one iteration is made
   * @return the digest of the file
   */
  public Digest stage(Batches rows) {
    Iterator<Dataset> parts = rows.iterator();
    Dataset first = parts.hasNext() ? parts.next() : Dataset.empty(rows.schema());
    if (!parts.hasNext()) {
      // One batch keeps the dictionaries of its texts, which a reader then has at hand.
      return written(ArrowFile.stream(first));
    }
    Batches rest = Batches.once(rows.schema(), parts);
    return written(ArrowFile.stream(Batches.concat(List.of(Batches.of(first), rest))));
  }

  private Digest written(InputStream file) {
    try (InputStream bytes = file) {
      Digest digest = workspace.artifacts().stage(bytes);
      verified.add(digest);
      return digest;
    } catch (IOException e) {
      throw new StorageException("cannot write an Arrow file: " + FileFailure.reason(e), e);
    }
  }

  /**
   * Opens a file.
   *
   * @param artifact the file
   * @return its rows, to be closed by the caller
   * @throws StorageException if it cannot be read or was damaged
   */
  public Batches open(Artifact artifact) {
    Optional<Path> file = workspace.artifacts().local(artifact);
    try {
      if (file.isPresent()) {
        verify(artifact);
        return ArrowFile.batches(file.get());
      }
      return artifact.size() > IN_MEMORY ? spooled(artifact) : inMemory(artifact);
    } catch (IOException e) {
      throw new StorageException(
          "cannot read '" + artifact.path() + "': " + FileFailure.reason(e), e);
    }
  }

  /** Reading to the end compares the bytes with their digest. */
  private void verify(Artifact artifact) throws IOException {
    if (!verified.contains(artifact.digest())) {
      try (InputStream bytes = workspace.artifacts().open(artifact)) {
        bytes.transferTo(OutputStream.nullOutputStream());
      }
      verified.add(artifact.digest());
    }
  }

  private Batches inMemory(Artifact artifact) throws IOException {
    try (InputStream bytes = workspace.artifacts().open(artifact)) {
      return Batches.of(ArrowFile.read(bytes));
    }
  }

  private Batches spooled(Artifact artifact) throws IOException {
    Path file = Files.createTempFile("mlops-segment", ".arrow");
    try (InputStream bytes = workspace.artifacts().open(artifact)) {
      Files.copy(bytes, file, StandardCopyOption.REPLACE_EXISTING);
      Batches rows = ArrowFile.batches(file);
      // Open as it is, the file needs no name any more; where it does, it goes with this process.
      if (!file.toFile().delete()) {
        file.toFile().deleteOnExit();
      }
      return rows;
    } catch (IOException | RuntimeException | Error e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  @Override
  public String toString() {
    return "Arrow files of " + workspace;
  }
}
