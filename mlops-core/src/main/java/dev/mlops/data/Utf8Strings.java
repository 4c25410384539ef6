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

  static Utf8Strings of(List<String> strings) {
    int[] offsets = new int[strings.size() + 1];
    byte[] bytes = new byte[16 * strings.size() + 16];
    for (int i = 0; i < strings.size(); i++) {
      byte[] encoded = strings.get(i).getBytes(StandardCharsets.UTF_8);
      long end = (long) offsets[i] + encoded.length;
      if (end > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "the different strings of a column may take at most 2 GiB of UTF-8");
      }
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
