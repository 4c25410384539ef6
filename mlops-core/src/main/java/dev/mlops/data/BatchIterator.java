package dev.mlops.data;

import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One iteration over batches: checks the schema of each, and closes the source at the end. Used by
 * one thread.
 *
 * <p>A failure is no end: after one, every call throws it again, so that a caller who has caught it
 * does not take the batches before it for all of them.
 */
final class BatchIterator implements Iterator<Dataset>, AutoCloseable {

  private final Batches batches;
  private @Nullable Iterator<Dataset> source;
  private @Nullable Throwable failure;
  private long taken;

  BatchIterator(Batches batches, Iterator<Dataset> source) {
    this.batches = batches;
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    Iterator<Dataset> from = running();
    if (from == null) {
      return false;
    }
    boolean more = attempt(from::hasNext);
    if (!more) {
      close();
    }
    return more;
  }

  @Override
  public Dataset next() {
    Iterator<Dataset> from = running();
    if (from == null) {
      throw new NoSuchElementException(
          Plural.of(taken, "batch is", "batches are") + " all there are");
    }
    return attempt(() -> BatchSchema.require(batches.schema(), from.next(), taken++));
  }

  private @Nullable Iterator<Dataset> running() {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (source != null) {
      batches.refuseIfClosed();
    }
    return source;
  }

  private <T> T attempt(Supplier<T> step) {
    try {
      return step.get();
    } catch (NoSuchElementException end) {
      close();
      throw end;
    } catch (RuntimeException | Error e) {
      failure = e;
      try {
        close();
      } catch (RuntimeException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    Iterator<Dataset> from = source;
    source = null;
    batches.ended(this);
    if (from instanceof AutoCloseable closeable) {
      close(closeable);
    }
  }

  private void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new StorageException("cannot close " + batches + ": " + e.getMessage(), e);
    }
  }
}
