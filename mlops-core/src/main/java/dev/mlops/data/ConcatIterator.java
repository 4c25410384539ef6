package dev.mlops.data;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Goes through parts one after the other, and begins none before its turn. */
final class ConcatIterator implements Iterator<Dataset>, AutoCloseable {

  private final Iterator<Batches> parts;
  private @Nullable BatchIterator part;

  ConcatIterator(List<Batches> parts) {
    this.parts = parts.iterator();
  }

  @Override
  public boolean hasNext() {
    while (part == null || !part.hasNext()) {
      if (!parts.hasNext()) {
        return false;
      }
      part = parts.next().begin();
    }
    return true;
  }

  @Override
  public Dataset next() {
    if (part == null || !hasNext()) {
      throw new NoSuchElementException("all parts are at their end");
    }
    return part.next();
  }

  @Override
  public void close() {
    if (part != null) {
      part.close();
    }
  }
}
