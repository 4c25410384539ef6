package dev.mlops.data;

import dev.mlops.error.Plural;
import java.util.BitSet;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A row of bits over bytes, the lowest bit of a byte first, as Arrow and {@link BitSet} have it.
 * Immutable.
 */
final class Bits {

  private final byte[] bytes;
  private final int offset;
  private final int size;

  /**
   * Wraps {@code size} bits that begin {@code offset} bits into the bytes, which must not change
   * any more.
   */
  Bits(byte[] bytes, int offset, int size) {
    this.bytes = bytes;
    this.offset = offset;
    this.size = size;
  }

  static Bits of(BitSet set, int size) {
    if (set.length() > size) {
      throw new IllegalArgumentException(
          "bit " + (set.length() - 1) + " is set, but the column has " + Plural.of(size, "row"));
    }
    byte[] bytes = new byte[(size + 7) >>> 3];
    byte[] filled = set.toByteArray();
    System.arraycopy(filled, 0, bytes, 0, filled.length);
    return new Bits(bytes, 0, size);
  }

  /** The bits that say which rows are present, or null where all of them are. */
  static @Nullable Bits present(BitSet nulls, int size) {
    if (nulls.isEmpty()) {
      return null;
    }
    BitSet present = (BitSet) nulls.clone();
    present.flip(0, size);
    return of(present, size);
  }

  int size() {
    return size;
  }

  boolean get(int row) {
    int at = offset + row;
    return (bytes[at >>> 3] & (1 << (at & 7))) != 0;
  }

  /** Returns the bits from the first bit of a byte on, followed by zeros. */
  byte[] toBytes() {
    byte[] aligned = new byte[(size + 7) >>> 3];
    for (int from = 0; from < size; from += 64) {
      long word = word(from);
      for (int at = from >>> 3; at < Math.min(aligned.length, (from >>> 3) + 8); at++) {
        aligned[at] = (byte) word;
        word >>>= 8;
      }
    }
    return aligned;
  }

  int count() {
    int count = 0;
    for (int from = 0; from < size; from += 64) {
      count += Long.bitCount(word(from));
    }
    return count;
  }

  /** Returns the 64 bits from a row on, the first one lowest; bits behind the end are 0. */
  long word(int from) {
    int n = Math.min(64, size - from);
    long word = 0;
    if (n == 64 && (offset & 7) == 0) {
      int at = (offset + from) >>> 3;
      for (int i = 7; i >= 0; i--) {
        word = word << 8 | (bytes[at + i] & 0xff);
      }
      return word;
    }
    for (int i = 0; i < n; i++) {
      word |= get(from + i) ? 1L << i : 0;
    }
    return word;
  }

  void forEachClear(IntConsumer action) {
    for (int from = 0; from < size; from += 64) {
      long clear = ~word(from);
      int n = Math.min(64, size - from);
      for (long left = n == 64 ? clear : clear & ((1L << n) - 1); left != 0; left &= left - 1) {
        action.accept(from + Long.numberOfTrailingZeros(left));
      }
    }
  }

  Bits slice(int from, int to) {
    return new Bits(bytes, offset + from, to - from);
  }

  Bits take(int[] rows) {
    byte[] taken = new byte[(rows.length + 7) >>> 3];
    for (int i = 0; i < rows.length; i++) {
      if (get(rows[i])) {
        taken[i >>> 3] |= (byte) (1 << (i & 7));
      }
    }
    return new Bits(taken, 0, rows.length);
  }
}
