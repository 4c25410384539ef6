package dev.mlops.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One reading of a text file in batches; nothing is opened before the first is asked for. */
final class TextBatches implements Iterator<Dataset>, AutoCloseable {

  private final TextReader<?> reader;
  private final Input input;
  private final Input.Reading<TextRows> beginning;
  private final boolean strict;
  private final int most;
  private @Nullable InputStream bytes;
  private @Nullable TextRows rows;
  private @Nullable Dataset next;
  private boolean ended;

  /**
   * Reads a file.
   *
   * @param beginning begins to read its rows
   * @param strict whether a bad cell ends the reading
   * @param most rows of a batch
   */
  TextBatches(
      TextReader<?> reader,
      Input input,
      Input.Reading<TextRows> beginning,
      boolean strict,
      int most) {
    this.reader = reader;
    this.input = input;
    this.beginning = beginning;
    this.strict = strict;
    this.most = most;
  }

  @Override
  public boolean hasNext() {
    if (next == null && !ended) {
      next = reader.reading(this::batch).orElse(null);
      ended = next == null;
    }
    return next != null;
  }

  @Override
  public Dataset next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("the file has no more rows");
    }
    Dataset batch = next;
    next = null;
    return batch;
  }

  private Optional<Dataset> batch() throws IOException {
    TextRows from = rows();
    boolean more = true;
    while (more && from.accepted() < most) {
      more = from.next();
    }
    if (strict) {
      from.bad().refuse();
    }
    if (from.accepted() == 0) {
      return Optional.empty();
    }
    List<Column> columns = from.take();
    return Optional.of(Dataset.of(Schema.of(from.fields()), columns));
  }

  private TextRows rows() throws IOException {
    TextRows begun = rows;
    if (begun == null) {
      InputStream opened = input.open();
      bytes = opened;
      begun = beginning.read(opened);
      rows = begun;
      begun.begin();
    }
    return begun;
  }

  @Override
  public void close() throws IOException {
    if (bytes != null && input.close()) {
      bytes.close();
    }
  }
}
