package dev.mlops.data;

import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Turns values of any width into little-endian bytes, piece by piece through one buffer. */
final class ArrowStaging {

  static final int BYTES = 1 << 20;

  /** Takes a piece, which is gone when it returns. */
  interface Piece {
    void accept(ByteBuffer bytes) throws IOException;
  }

  private final ByteBuffer staging;

  ArrowStaging(ByteBuffer staging) {
    this.staging = staging.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Copies what remains in a buffer, whose position it leaves alone. */
  void copy(Buffer values, Piece piece) throws IOException {
    int done = 0;
    while (done < values.remaining()) {
      done += stage(values, done);
      piece.accept(staging);
    }
  }

  /** Fills the buffer with values from one on, ready to be read; returns how many there are. */
  int stage(Buffer values, int from) {
    staging.clear();
    int staged = put(values, from);
    staging.flip();
    return staged;
  }

  /** What was staged and is not read yet. */
  ByteBuffer staged() {
    return staging;
  }

  private int put(Buffer values, int from) {
    if (values instanceof LongBuffer longs) {
      int n = count(values, from, Long.BYTES);
      staging.asLongBuffer().put(longs.slice(longs.position() + from, n));
      return advanced(n, Long.BYTES);
    }
    if (values instanceof DoubleBuffer doubles) {
      int n = count(values, from, Double.BYTES);
      staging.asDoubleBuffer().put(doubles.slice(doubles.position() + from, n));
      return advanced(n, Double.BYTES);
    }
    if (values instanceof FloatBuffer floats) {
      int n = count(values, from, Float.BYTES);
      staging.asFloatBuffer().put(floats.slice(floats.position() + from, n));
      return advanced(n, Float.BYTES);
    }
    if (values instanceof IntBuffer ints) {
      int n = count(values, from, Integer.BYTES);
      staging.asIntBuffer().put(ints.slice(ints.position() + from, n));
      return advanced(n, Integer.BYTES);
    }
    ByteBuffer bytes = (ByteBuffer) values;
    int n = count(values, from, 1);
    staging.put(bytes.slice(bytes.position() + from, n));
    return n;
  }

  private int count(Buffer values, int from, int width) {
    return Math.min(values.remaining() - from, staging.capacity() / width);
  }

  private int advanced(int n, int width) {
    staging.position(n * width);
    return n;
  }
}
