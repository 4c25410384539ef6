package dev.mlops.serving;

import dev.mlops.data.Digest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A model version as the database and predictions name it. */
record ServedModel(String model, String version, @Nullable Digest digest) {

  /** Whether a candidate is this version; a digest that one of the two lacks tells nothing. */
  boolean is(Candidate<?, ?> candidate) {
    Digest other = candidate.digest().orElse(null);
    return model.equals(candidate.model())
        && version.equals(candidate.version())
        && (digest == null || other == null || Objects.equals(digest, other));
  }

  /** The version with its digest, which differs where either does. */
  String exactly() {
    return digest == null ? toString() : this + " " + digest;
  }

  @Override
  public String toString() {
    return model + ":" + version;
  }
}
