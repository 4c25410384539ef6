package dev.mlops.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/** Digests rows as they pass, and gives their digest once when all have. */
final class DigestIterator implements Iterator<Dataset>, AutoCloseable {

  private final BatchIterator batches;
  private final DatasetDigest digest;
  private final Consumer<Digest> passed;

  DigestIterator(BatchIterator batches, Schema schema, Consumer<Digest> passed) {
    this.batches = batches;
    this.digest = new DatasetDigest(schema);
    this.passed = passed;
  }

  /** Asked by {@link BatchIterator}, which asks no more once there is no batch left. */
  @Override
  public boolean hasNext() {
    boolean more = batches.hasNext();
    if (!more) {
      passed.accept(digest.finish());
    }
    return more;
  }

  @Override
  public Dataset next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no batch is left");
    }
    Dataset batch = batches.next();
    digest.add(batch);
    return batch;
  }

  @Override
  public void close() {
    batches.close();
  }
}
