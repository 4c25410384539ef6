package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Reads columns of strings, plain or as codes into a dictionary. */
final class ArrowStrings {

  private final StringColumnBuilder builder = new StringColumnBuilder();
  private final ByteBuffer bytes;
  private byte[] raw = new byte[64];
  private char[] ascii = new char[64];

  private ArrowStrings(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  static StringColumn nulls(ArrowBatch batch) {
    return batch.nulls(batch.rows());
  }

  /** Reads utf8, whose offsets have 32 bits, or large_utf8, whose offsets have 64. */
  static StringColumn read(ArrowBatch batch, int offsetBits) throws IOException {
    int rows = batch.rows();
    Bits present = batch.present(rows);
    ByteBuffer offsets = batch.bytes(rows == 0 ? 0 : (rows + 1L) * (offsetBits / 8));
    ArrowStrings strings = new ArrowStrings(batch.bytes());
    strings.builder.reserve(rows);
    for (int row = 0; row < rows; row++) {
      if (present != null && !present.get(row)) {
        strings.builder.addNull();
      } else {
        long from = ArrowValues.integer(offsets, row, offsetBits, true);
        strings.add(from, ArrowValues.integer(offsets, row + 1, offsetBits, true));
      }
    }
    return strings.builder.build();
  }

  private void add(long from, long to) {
    if (from < 0 || to < from || to > bytes.remaining()) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: a string from " + from + " to " + to);
    }
    int length = (int) (to - from);
    if (raw.length < length) {
      raw = new byte[length * 2];
      ascii = new char[length * 2];
    }
    bytes.get((int) from, raw, 0, length);
    boolean plain = true;
    for (int i = 0; i < length; i++) {
      ascii[i] = (char) raw[i];
      plain &= raw[i] >= 0;
    }
    builder.addCode(
        plain
            ? builder.dictionary().code(ascii, 0, length)
            : builder.dictionary().code(decoded(length)));
  }

  private String decoded(int length) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw, 0, length)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("the Arrow file is corrupt: a string that is not UTF-8", e);
    }
  }

  /** Reads codes into a dictionary, in which strings may occur twice and be null. */
  static StringColumn encoded(ArrowBatch batch, StringColumn dictionary, int bits, boolean signed)
      throws IOException {
    int rows = batch.rows();
    Bits present = batch.present(rows);
    ByteBuffer indices = batch.bytes((long) rows * (bits / 8));
    for (int row = 0; row < rows; row++) {
      requireInside(indices, row, bits, signed, present, dictionary.size());
    }
    boolean asIs = bits == Integer.SIZE && dictionary.dictionary().size() == dictionary.size();
    if (asIs) {
      return new StringColumn(IntValues.of(indices), dictionary.dictionary(), present);
    }
    return translated(batch.ints(rows), indices, bits, signed, present, dictionary);
  }

  private static void requireInside(
      ByteBuffer indices, int row, int bits, boolean signed, @Nullable Bits present, int size) {
    if (present != null && !present.get(row)) {
      return;
    }
    long index = ArrowValues.integer(indices, row, bits, signed);
    if (index < 0 || index >= size) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: row "
              + row
              + " has string "
              + index
              + " of a dictionary of "
              + size);
    }
  }

  private static StringColumn translated(
      int[] codes,
      ByteBuffer indices,
      int bits,
      boolean signed,
      @Nullable Bits present,
      StringColumn dictionary) {
    BitSet nulls = new BitSet();
    for (int row = 0; row < codes.length; row++) {
      boolean isPresent = present == null || present.get(row);
      int code =
          isPresent ? dictionary.code((int) ArrowValues.integer(indices, row, bits, signed)) : -1;
      nulls.set(row, code < 0);
      codes[row] = Math.max(0, code);
    }
    return new StringColumn(
        IntValues.of(codes), dictionary.dictionary(), Bits.present(nulls, codes.length));
  }
}
