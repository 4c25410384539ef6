package dev.mlops.data;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Strings as Arrow's utf8 has them.
 *
 * @param offsets where each string begins in the bytes, and behind the last one where it ends
 * @param bytes all strings one after the other
 */
record Utf8Strings(IntBuffer offsets, ByteBuffer bytes) {

  int size() {
    return offsets.remaining() - 1;
  }

  /** Lays out the string of each row; a null has no bytes. */
  static Utf8Strings of(StringColumn column) {
    Utf8Strings dictionary = of(column.dictionary());
    byte[] bytes = new byte[(int) require(bytes(column, dictionary))];
    int[] offsets = new int[column.size() + 1];
    for (int row = 0; row < column.size(); row++) {
      int code = column.code(row);
      int length = code < 0 ? 0 : dictionary.length(code);
      if (length > 0) {
        dictionary.bytes.get(dictionary.offsets.get(code), bytes, offsets[row], length);
      }
      offsets[row + 1] = offsets[row] + length;
    }
    return new Utf8Strings(IntBuffer.wrap(offsets), ByteBuffer.wrap(bytes));
  }

  /** The bytes that the strings of all rows take in UTF-8. */
  static long bytes(StringColumn column) {
    return bytes(column, of(column.dictionary()));
  }

  private static long bytes(StringColumn column, Utf8Strings dictionary) {
    long bytes = 0;
    for (int row = 0; row < column.size(); row++) {
      int code = column.code(row);
      bytes += code < 0 ? 0 : dictionary.length(code);
    }
    return bytes;
  }

  private int length(int string) {
    return offsets.get(string + 1) - offsets.get(string);
  }

  private static long require(long bytes) {
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "the different strings of a column may take at most 2 GiB of UTF-8");
    }
    return bytes;
  }

  static Utf8Strings of(List<String> strings) {
    int[] offsets = new int[strings.size() + 1];
    byte[] bytes = new byte[16 * strings.size() + 16];
    for (int i = 0; i < strings.size(); i++) {
      byte[] encoded = strings.get(i).getBytes(StandardCharsets.UTF_8);
      long end = require((long) offsets[i] + encoded.length);
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, end * 2));
      }
      offsets[i + 1] = (int) end;
      System.arraycopy(encoded, 0, bytes, offsets[i], encoded.length);
    }
    return new Utf8Strings(
        IntBuffer.wrap(offsets), ByteBuffer.wrap(bytes, 0, offsets[strings.size()]));
  }
}
