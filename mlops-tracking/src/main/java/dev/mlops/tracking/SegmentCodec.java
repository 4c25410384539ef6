package dev.mlops.tracking;

import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * Packs metric points into one text.
 *
 * <p>Layout, before Base64: a version byte, the number of points as a varint, then for each point
 * the difference of its step and of its time to the point before as zigzag varints (the numbers of
 * <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers</a>), and the 8
 * bytes of its value, most significant first; at the end the CRC-32C of all of these, so that a
 * changed bit is told and not read as another value. Steps mostly grow by one and times by little,
 * so a point takes about 12 bytes. Differences wrap around, so every long survives. Text, because a
 * database row carries it everywhere alike.
 */
final class SegmentCodec {

  private static final byte VERSION = 1;
  private static final int WIDEST_POINT = 10 + 10 + Double.BYTES;

  private SegmentCodec() {}

  static String pack(Points points) {
    ByteBuffer bytes = ByteBuffer.allocate(1 + 5 + points.size() * WIDEST_POINT + Integer.BYTES);
    bytes.put(VERSION);
    putVarint(bytes, points.size());
    long step = 0;
    long time = 0;
    for (int i = 0; i < points.size(); i++) {
      putVarint(bytes, zigzag(points.step(i) - step));
      putVarint(bytes, zigzag(points.micros(i) - time));
      bytes.putDouble(points.value(i));
      step = points.step(i);
      time = points.micros(i);
    }
    bytes.putInt(checksum(bytes, bytes.position()));
    return Base64.getEncoder().withoutPadding().encodeToString(trimmed(bytes));
  }

  static Points unpack(String packed) {
    try {
      return read(ByteBuffer.wrap(Base64.getDecoder().decode(packed)));
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
    int size = Math.toIntExact(getVarint(bytes));
    Points points = new Points();
    long step = 0;
    long time = 0;
    for (int i = 0; i < size; i++) {
      step += unzigzag(getVarint(bytes));
      time += unzigzag(getVarint(bytes));
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

  private static long zigzag(long number) {
    return (number << 1) ^ (number >> 63);
  }

  private static long unzigzag(long number) {
    return (number >>> 1) ^ -(number & 1);
  }

  private static void putVarint(ByteBuffer bytes, long number) {
    long rest = number;
    while ((rest & ~0x7FL) != 0) {
      bytes.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
  }

  private static long getVarint(ByteBuffer bytes) {
    long number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes.get();
      number |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("a number longer than 10 bytes");
  }
}
