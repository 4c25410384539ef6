package dev.mlops.rollout;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.Session;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The certificates that rollouts have left in a workspace's project, one for each transition. They
 * stay when the process ends, so that anyone who opens the workspace can recompute them. The
 * journal's event of a transition has the digest of its certificate. Safe for use by many threads.
 */
public final class Certificates {

  private final Workspace workspace;
  private final String owner;

  private Certificates(Workspace workspace) {
    this.workspace = workspace;
    this.owner = "rollouts/" + workspace.project();
  }

  /**
   * Returns the certificates of a project.
   *
   * @param workspace where they are stored; its project is meant
   * @return them
   */
  public static Certificates of(Workspace workspace) {
    return new Certificates(Objects.requireNonNull(workspace, "workspace"));
  }

  /**
   * Lists the certificates.
   *
   * @return the digest of each, the oldest first; an unmodifiable list
   */
  public List<Digest> list() {
    return workspace.artifacts().list(owner).stream()
        .sorted(
            Comparator.comparing(Artifact::time)
                .thenComparing(artifact -> artifact.path().toString()))
        .map(artifact -> digest(artifact.path()))
        .toList();
  }

  /**
   * Reads a certificate.
   *
   * @param digest its digest, as the journal's event of the transition has it
   * @return the certificate, unverified; empty if there is none of that digest
   * @throws StorageException if it can't be read, or is not what was stored
   */
  public Optional<Certificate> find(Digest digest) {
    Objects.requireNonNull(digest, "digest");
    return workspace.artifacts().find(owner, path(digest)).map(this::read);
  }

  /**
   * Reads a certificate that must be there.
   *
   * @param digest its digest, as the journal's event of the transition has it
   * @return the certificate, unverified
   * @throws NotFoundException if there is none of that digest
   * @throws StorageException if it can't be read, or is not what was stored
   */
  public Certificate get(Digest digest) {
    Objects.requireNonNull(digest, "digest");
    return find(digest)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "no certificate %s in project '%s'; found: %s"
                        .formatted(digest, workspace.project(), list())));
  }

  /**
   * Writes the bytes of a certificate, which nobody sees before the transaction that tells of it.
   *
   * @param certificate what to store
   * @return makes it visible when the transaction of a session commits; one that is visible already
   *     stays so
   * @throws StorageException if it can't be written
   */
  public Consumer<Session> stage(Certificate certificate) {
    Objects.requireNonNull(certificate, "certificate");
    ArtifactPath path = path(certificate.digest());
    byte[] text = certificate.toJson().getBytes(StandardCharsets.UTF_8);
    Digest bytes = workspace.artifacts().stage(new ByteArrayInputStream(text));
    boolean isNew = workspace.artifacts().find(owner, path).isEmpty();
    return session -> {
      if (isNew) {
        workspace.artifacts().link(session, owner, path, bytes);
      }
    };
  }

  private Certificate read(Artifact artifact) {
    try (InputStream bytes = workspace.artifacts().open(artifact)) {
      return Certificate.fromJson(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new StorageException("can't read the certificate " + artifact.path(), e);
    }
  }

  private static ArtifactPath path(Digest digest) {
    return ArtifactPath.of(digest.hex() + ".json");
  }

  private static Digest digest(ArtifactPath path) {
    return Digest.parse("sha256:" + path.value().replace(".json", ""));
  }

  @Override
  public String toString() {
    return "certificates of project '" + workspace.project() + "'";
  }
}
