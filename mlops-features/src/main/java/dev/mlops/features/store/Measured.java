package dev.mlops.features.store;

import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import org.jspecify.annotations.Nullable;

/** Rows that are counted, and hashed if they have an id, while they pass. */
final class Measured {

  private final Batches rows;
  private @Nullable Digest content;
  private long count;

  Measured(Batches rows, boolean hashed) {
    this.rows = hashed ? rows.digested(digest -> content = digest) : rows;
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

  /** The digest of the rows when all have passed; null if it was not wanted. */
  @Nullable Digest content() {
    return content;
  }

  private Dataset passed(Dataset batch) {
    count += batch.rowCount();
    return batch;
  }
}
