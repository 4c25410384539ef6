package dev.mlops.storage;

import dev.mlops.data.Digest;
import java.time.Instant;
import java.util.Objects;

/**
 * Named, immutable bytes that a row has made visible.
 *
 * @param owner what it belongs to, such as {@code run/42}
 * @param path its name within the owner
 * @param digest the SHA-256 of its bytes
 * @param size the number of its bytes
 * @param time when it was linked
 */
public record Artifact(String owner, ArtifactPath path, Digest digest, long size, Instant time) {
  /**
   * Refuses nulls.
   *
   * @param owner what it belongs to, such as {@code run/42}
   * @param path its name within the owner
   * @param digest the SHA-256 of its bytes
   * @param size the number of its bytes
   * @param time when it was linked
   */
  public Artifact {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(time, "time");
  }
}
