package dev.mlops.tracking;

import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Packs metric points into bytes.
 *
 * <p>Layout: a version byte, the number of points as a varint, then for each point the difference
 * of its step and of its time to the point before as zigzag varints (the numbers of <a
 * href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers</a>), and the 8 bytes
 * of its value, most significant first; at the end the CRC-32C of all of these, so that a changed
 * bit is told and not read as another value. Steps mostly grow by one and times by little, so a
 * point takes about 12 bytes. Differences wrap around, so every long survives.
 */
final class SegmentCodec {

  private static final byte VERSION = 1;
  private static final int WIDEST_POINT = 10 + 10 + Double.BYTES;

  private SegmentCodec() {}

  static byte[] pack(Points points) {
    ByteBuffer bytes = ByteBuffer.allocate(1 + 5 + points.size() * WIDEST_POINT + Integer.BYTES);
    bytes.put(VERSION);
    Varints.put(bytes, points.size());
    long step = 0;
    long time = 0;
    for (int i = 0; i < points.size(); i++) {
      Varints.put(bytes, Varints.zigzag(points.step(i) - step));
      Varints.put(bytes, Varints.zigzag(points.micros(i) - time));
      bytes.putDouble(points.value(i));
      step = points.step(i);
      time = points.micros(i);
    }
    bytes.putInt(checksum(bytes, bytes.position()));
    return trimmed(bytes);
  }

  static Points unpack(byte[] packed) {
    try {
      return read(ByteBuffer.wrap(packed));
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw new StorageException(
          "stored points are damaged; put back a copy of the database, or delete the run", e);
    }
  }

  private static Points read(ByteBuffer bytes) {
    NewerFormException.requireKnown("a metric segment", Byte.toUnsignedInt(bytes.get()), VERSION);
    int end = bytes.limit() - Integer.BYTES;
    if (end < 1 || bytes.getInt(end) != checksum(bytes, end)) {
      throw new IllegalArgumentException("the checksum of a segment is another one");
    }
    bytes.limit(end);
    int size = Math.toIntExact(Varints.get(bytes));
    Points points = new Points();
    long step = 0;
    long time = 0;
    for (int i = 0; i < size; i++) {
      step += Varints.unzigzag(Varints.get(bytes));
      time += Varints.unzigzag(Varints.get(bytes));
      points.add(step, time, bytes.getDouble());
    }
    return points;
  }

  private static int checksum(ByteBuffer bytes, int end) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.duplicate().position(0).limit(end));
    return (int) checksum.getValue();
  }

  private static byte[] trimmed(ByteBuffer bytes) {
    byte[] exact = new byte[bytes.flip().remaining()];
    bytes.get(exact);
    return exact;
  }
}
