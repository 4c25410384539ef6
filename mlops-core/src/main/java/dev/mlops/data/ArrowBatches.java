package dev.mlops.data;

import dev.mlops.error.FileFailure;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The record batches of a mapped Arrow file, in order. */
final class ArrowBatches implements Iterator<Dataset> {

  private final Path file;
  private final ArrowReader reader;
  private int next;

  private ArrowBatches(Path file, ArrowReader reader) {
    this.file = file;
    this.reader = reader;
  }

  static Batches open(Path file) throws IOException {
    ArrowSource source = ArrowSource.of(file);
    try {
      ArrowReader reader = ArrowReader.open(source);
      return Batches.repeatable(
          reader.schema(),
          file.toString(),
          () -> new ArrowBatches(file, reader),
          () -> close(file, source));
    } catch (IOException | RuntimeException | Error e) {
      source.close();
      throw e;
    }
  }

  private static void close(Path file, ArrowSource source) {
    try {
      source.close();
    } catch (IOException e) {
      throw new StorageException("cannot close " + file + ": " + FileFailure.reason(e), e);
    }
  }

  @Override
  public boolean hasNext() {
    return next < reader.batchCount();
  }

  @Override
  public Dataset next() {
    if (!hasNext()) {
      throw new NoSuchElementException("there are " + next + " record batches");
    }
    return ArrowFile.reading(file, () -> reader.batch(next++));
  }
}
