package dev.mlops.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;

/**
 * The bytes of an Arrow file that is written while it is read: the buffers of one record batch wait
 * at a time, and they are the columns' own.
 */
final class ArrowInputStream extends InputStream {

  private final BatchIterator batches;
  private final ArrowWriter writer;
  private final Deque<Buffer> waiting = new ArrayDeque<>();
  private final ArrowStaging staging = new ArrowStaging(ByteBuffer.allocate(ArrowStaging.BYTES));
  private int done;
  private boolean begun;
  private boolean ended;
  private boolean closed;

  ArrowInputStream(Function<ArrowSink, ArrowWriter> writer, BatchIterator batches) {
    this.batches = batches;
    this.writer = writer.apply(new ArrowSink(waiting::add));
    staging.staged().limit(0);
  }

  @Override
  public int read() throws IOException {
    return fill() ? staging.staged().get() & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int n = Math.min(length, staging.staged().remaining());
    staging.staged().get(bytes, offset, n);
    return n;
  }

  @Override
  public int available() {
    return staging.staged().remaining();
  }

  @Override
  public void close() {
    closed = true;
    waiting.clear();
    batches.close();
  }

  private boolean fill() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    while (!staging.staged().hasRemaining()) {
      Buffer next = waiting.peek();
      if (next == null) {
        if (ended) {
          return false;
        }
        advance();
      } else if (done < next.remaining()) {
        done += staging.stage(next, done);
      } else {
        waiting.remove();
        done = 0;
      }
    }
    return true;
  }

  private void advance() throws IOException {
    if (!begun) {
      begun = true;
      writer.begin();
    } else if (batches.hasNext()) {
      writer.add(batches.next());
    } else {
      ended = true;
      writer.end();
    }
  }
}
