package dev.mlops.features.store;

import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import org.jspecify.annotations.Nullable;

/** Rows that are counted, and hashed if they have an id, while they pass. */
final class Measured {

  private final Batches rows;
  private final @Nullable ContentDigest hashing;
  private @Nullable Digest content;
  private long count;

  Measured(Batches rows, boolean hashed) {
    this.rows = rows;
    this.hashing = hashed ? new ContentDigest(rows.schema()) : null;
  }

  Batches batches() {
    return rows.map(rows.schema(), this::passed);
  }

  /** Lets all pass. */
  void drain() {
    batches().forEach(batch -> {});
  }

  long count() {
    return count;
  }

  /** The digest of what has passed; null if it was not wanted. */
  @Nullable Digest content() {
    if (content == null && hashing != null) {
      content = hashing.digest();
    }
    return content;
  }

  private Dataset passed(Dataset batch) {
    count += batch.rowCount();
    if (hashing != null) {
      hashing.add(batch);
    }
    return batch;
  }
}
