package dev.mlops.tracking;

import java.nio.ByteBuffer;

/**
 * Whole numbers in as few bytes as they need, as <a
 * href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers</a> write them.
 */
final class Varints {

  /** The bytes of the widest. */
  static final int WIDEST = 10;

  private Varints() {}

  /** Makes small numbers of either sign small numbers without one. */
  static long zigzag(long number) {
    return (number << 1) ^ (number >> 63);
  }

  static long unzigzag(long number) {
    return (number >>> 1) ^ -(number & 1);
  }

  static void put(ByteBuffer bytes, long number) {
    long rest = number;
    while ((rest & ~0x7FL) != 0) {
      bytes.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
  }

  static long get(ByteBuffer bytes) {
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
