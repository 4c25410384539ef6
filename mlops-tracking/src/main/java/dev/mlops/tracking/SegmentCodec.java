package dev.mlops.tracking;

import java.nio.ByteBuffer;

/**
 * Packs metric points into bytes.
 *
 * <p>Layout: a version byte, the number of points as a varint, then for each point the difference
 * of its step and of its time to the point before as zigzag varints (the numbers of <a
 * href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers</a>), and the 8 bytes
 * of its value, most significant first; at the end the checksum of {@link CheckedBytes}. Steps
 * mostly grow by one and times by little, so a point takes about 12 bytes. Differences wrap around,
 * so every long survives.
 */
final class SegmentCodec {

  private static final int WIDEST_POINT = 2 * Varints.WIDEST + Double.BYTES;

  private SegmentCodec() {}

  static byte[] pack(Points points) {
    ByteBuffer bytes = CheckedBytes.begin(Varints.WIDEST + points.size() * WIDEST_POINT);
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
    return CheckedBytes.end(bytes);
  }

  static Points unpack(byte[] packed) {
    return CheckedBytes.read(
        packed,
        "a metric segment",
        "stored points are damaged; put back a copy of the database, or delete the run",
        SegmentCodec::read);
  }

  private static Points read(ByteBuffer bytes) {
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
}
