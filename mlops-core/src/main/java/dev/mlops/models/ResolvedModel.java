package dev.mlops.models;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import dev.mlops.storage.Names;

/**
 * One version of a model: what a {@link ModelSource} found. Immutable and safe for use by many
 * threads.
 *
 * @param name the model's name
 * @param version at least 1
 * @param files what the model is made of
 */
public record ResolvedModel(String name, int version, ModelFiles files) {

  /**
   * Checks the parts.
   *
   * @param name the model's name, not blank
   * @param version at least 1
   * @param files what the model is made of
   */
  public ResolvedModel {
    requireNonNull(name, "name");
    Names.checked("model", name);
    if (version < 1) {
      throw new IllegalArgumentException("version must be at least 1: " + version);
    }
    requireNonNull(files, "files");
  }

  /**
   * Returns the digest of the model's bytes, which tells versions apart in journals and
   * certificates.
   *
   * @return the digest of the files
   */
  public Digest digest() {
    return files.digest();
  }

  /**
   * Returns the model in one line, such as {@code churn:7 (model.onnx, 1024 bytes, sha256:...)}.
   */
  @Override
  public String toString() {
    return name + ":" + version + " (" + files + ")";
  }
}
