package dev.mlops.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;

/** Counts and aligns what is written to an Arrow file. */
final class ArrowSink {

  private static final int ALIGNMENT = 64;

  /** Takes what is written, in order. */
  interface Target {
    void accept(Buffer values) throws IOException;
  }

  private final Target target;
  private long position;

  /** Writes to a target, which may keep the buffers, but not change their positions. */
  ArrowSink(Target target) {
    this.target = target;
  }

  static ArrowSink to(FileChannel channel) {
    ArrowStaging staging = new ArrowStaging(ByteBuffer.allocateDirect(ArrowStaging.BYTES));
    return new ArrowSink(
        values ->
            staging.copy(
                values,
                bytes -> {
                  while (bytes.hasRemaining()) {
                    channel.write(bytes);
                  }
                }));
  }

  static ArrowSink to(OutputStream out) {
    byte[] array = new byte[ArrowStaging.BYTES];
    ArrowStaging staging = new ArrowStaging(ByteBuffer.wrap(array));
    return new ArrowSink(
        values -> staging.copy(values, bytes -> out.write(array, 0, bytes.limit())));
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
    target.accept(values);
    position += bytes(values);
  }
}
