package dev.mlops.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;

/** Counts and aligns the bytes it writes, little-endian, through one staging buffer. */
final class ArrowSink {

  private static final int STAGING = 1 << 20;
  private static final int ALIGNMENT = 64;

  private interface Target {
    void accept(ByteBuffer bytes) throws IOException;
  }

  private final Target target;
  private final ByteBuffer staging;
  private long position;

  private ArrowSink(Target target, ByteBuffer staging) {
    this.target = target;
    this.staging = staging.order(ByteOrder.LITTLE_ENDIAN);
  }

  static ArrowSink to(FileChannel channel) {
    Target target =
        bytes -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        };
    return new ArrowSink(target, ByteBuffer.allocateDirect(STAGING));
  }

  static ArrowSink to(OutputStream out) {
    byte[] array = new byte[STAGING];
    return new ArrowSink(bytes -> out.write(array, 0, bytes.limit()), ByteBuffer.wrap(array));
  }

  /** The bytes that a number of bytes takes with the padding behind it. */
  static long padded(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  static long bytes(Buffer values) {
    if (values instanceof LongBuffer || values instanceof DoubleBuffer) {
      return 8L * values.remaining();
    }
    return values instanceof ByteBuffer ? values.remaining() : 4L * values.remaining();
  }

  long position() {
    return position;
  }

  void pad() throws IOException {
    int zeros = (int) (padded(position) - position);
    write(ByteBuffer.allocate(zeros));
  }

  void writeInt(int value) throws IOException {
    write(IntBuffer.wrap(new int[] {value}));
  }

  /** Writes what remains in a buffer, whose position it leaves alone. */
  void write(Buffer values) throws IOException {
    long length = bytes(values);
    int done = 0;
    while (done < values.remaining()) {
      staging.clear();
      done += stage(values, done);
      target.accept(staging.flip());
    }
    position += length;
  }

  private int stage(Buffer values, int from) {
    if (values instanceof LongBuffer longs) {
      int n = count(values, from, Long.BYTES);
      staging.asLongBuffer().put(longs.slice(longs.position() + from, n));
      return staged(n, Long.BYTES);
    }
    if (values instanceof DoubleBuffer doubles) {
      int n = count(values, from, Double.BYTES);
      staging.asDoubleBuffer().put(doubles.slice(doubles.position() + from, n));
      return staged(n, Double.BYTES);
    }
    if (values instanceof FloatBuffer floats) {
      int n = count(values, from, Float.BYTES);
      staging.asFloatBuffer().put(floats.slice(floats.position() + from, n));
      return staged(n, Float.BYTES);
    }
    if (values instanceof IntBuffer ints) {
      int n = count(values, from, Integer.BYTES);
      staging.asIntBuffer().put(ints.slice(ints.position() + from, n));
      return staged(n, Integer.BYTES);
    }
    ByteBuffer bytes = (ByteBuffer) values;
    int n = count(values, from, 1);
    staging.put(bytes.slice(bytes.position() + from, n));
    return n;
  }

  private static int count(Buffer values, int from, int width) {
    return Math.min(values.remaining() - from, STAGING / width);
  }

  private int staged(int n, int width) {
    staging.position(n * width);
    return n;
  }
}
