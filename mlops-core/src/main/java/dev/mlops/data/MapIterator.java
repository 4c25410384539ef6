package dev.mlops.data;

import java.util.Iterator;
import java.util.function.UnaryOperator;

/** Changes each batch as it passes. */
final class MapIterator implements Iterator<Dataset>, AutoCloseable {

  private final BatchIterator batches;
  private final UnaryOperator<Dataset> each;

  MapIterator(BatchIterator batches, UnaryOperator<Dataset> each) {
    this.batches = batches;
    this.each = each;
  }

  @Override
  public boolean hasNext() {
    return batches.hasNext();
  }

  @Override
  public Dataset next() {
    return each.apply(batches.next());
  }

  @Override
  public void close() {
    batches.close();
  }
}
