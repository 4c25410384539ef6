package dev.mlops.stats;

import dev.mlops.error.Exactly;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.Plural;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The bytes of a {@link Histogram}.
 *
 * <p>Version 1: a byte 1; nulls, NaN and number of buckets as varints; minimum and maximum as
 * big-endian doubles; the first key as a zigzag varint and each later one as its distance; each key
 * is followed by its count as a varint. A varint is little-endian in groups of 7 bits, the top bit
 * telling that more follow.
 */
final class HistogramFormat {

  private static final byte VERSION = 1;

  private HistogramFormat() {}

  static byte[] write(int[] keys, long[] counts, long nulls, long nans, double min, double max) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(32 + 3 * keys.length);
    out.write(VERSION);
    writeVarint(out, nulls);
    writeVarint(out, nans);
    writeVarint(out, keys.length);
    out.writeBytes(ByteBuffer.allocate(16).putDouble(min).putDouble(max).array());
    int previous = 0;
    for (int i = 0; i < keys.length; i++) {
      int step = keys[i] - previous;
      writeVarint(out, i == 0 ? (step << 1) ^ (step >> 31) : step);
      writeVarint(out, counts[i]);
      previous = keys[i];
    }
    return out.toByteArray();
  }

  private static void writeVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest > 0x7F) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  static Histogram read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      NewerFormException.requireKnown("the histogram", Byte.toUnsignedInt(in.get()), VERSION);
      return readBody(in);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "histogram is cut off after " + Plural.of(bytes.length, "byte"), e);
    }
  }

  private static Histogram readBody(ByteBuffer in) {
    long nulls = readVarint(in);
    long nans = readVarint(in);
    long size = readVarint(in);
    double min = in.getDouble();
    double max = in.getDouble();
    if (size > in.remaining() / 2) {
      throw new BufferUnderflowException();
    }
    int[] keys = new int[(int) size];
    long[] counts = new long[keys.length];
    long key = 0;
    for (int i = 0; i < keys.length; i++) {
      long step = readVarint(in);
      key = i == 0 ? (step >>> 1) ^ -(step & 1) : key + step;
      keys[i] = requireKey(key, i > 0 && step == 0);
      counts[i] = readVarint(in);
      requireIntact(counts[i] > 0, "bucket %d is empty".formatted(i));
    }
    requireIntact(!in.hasRemaining(), Plural.of(in.remaining(), "byte") + " too many");
    requireRange(keys, min, max);
    return new Histogram(keys, counts, nulls, nans, min, max);
  }

  private static long readVarint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte part = in.get();
      value |= (long) (part & 0x7F) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("histogram is damaged: a number has more than 63 bits");
  }

  private static int requireKey(long key, boolean isRepeated) {
    requireIntact(
        !isRepeated && Math.abs(key) <= BucketKey.INFINITE, "bucket key " + key + " is wrong");
    return (int) key;
  }

  private static void requireRange(int[] keys, double min, double max) {
    boolean isTrue =
        keys.length == 0
            ? min == Double.POSITIVE_INFINITY && max == Double.NEGATIVE_INFINITY
            : min <= max
                && keys[0] == BucketKey.of(min)
                && keys[keys.length - 1] == BucketKey.of(max);
    requireIntact(
        isTrue,
        "minimum %s and maximum %s contradict its buckets"
            .formatted(Exactly.number(min), Exactly.number(max)));
  }

  private static void requireIntact(boolean isIntact, String fault) {
    if (!isIntact) {
      throw new IllegalArgumentException("histogram is damaged: " + fault);
    }
  }
}
