package dev.mlops.features;

import dev.mlops.Workspace;
import dev.mlops.data.ArrowFile;
import dev.mlops.data.Dataset;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Artifact;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Datasets as Arrow files among a workspace's artifacts. */
final class Arrow {

  private Arrow() {}

  static String owner(Workspace workspace) {
    return "features/" + workspace.project();
  }

  static byte[] bytes(Dataset rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ArrowFile.write(rows, bytes);
    return bytes.toByteArray();
  }

  /** Reads to the end, where the digest is verified, before looking at the bytes. */
  static Dataset read(Workspace workspace, Artifact artifact) {
    try (InputStream bytes = workspace.artifacts().open(artifact)) {
      return ArrowFile.read(new ByteArrayInputStream(bytes.readAllBytes()));
    } catch (IOException e) {
      throw new StorageException("cannot read '" + artifact.path() + "'", e);
    }
  }
}
