package dev.mlops.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds out how the characters of a file are encoded, by the mark with which it may begin. */
final class MarkedText {

  private static final int BIG_ENDIAN_MARK = 0xFEFF;
  private static final int LITTLE_ENDIAN_MARK = 0xFFFE;

  private MarkedText() {}

  /** Opens a text whose encoding is told, or else marked, or else UTF-8; a mark is left there. */
  static Reader open(InputStream bytes, @Nullable Charset told) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(bytes, 1 << 16);
    Charset charset = told == null ? marked(buffered) : told;
    return new InputStreamReader(buffered, charset.newDecoder());
  }

  private static Charset marked(BufferedInputStream bytes) throws IOException {
    bytes.mark(2);
    int first = bytes.read() << 8 | bytes.read();
    bytes.reset();
    return switch (first) {
      case BIG_ENDIAN_MARK -> StandardCharsets.UTF_16BE;
      case LITTLE_ENDIAN_MARK -> StandardCharsets.UTF_16LE;
      default -> StandardCharsets.UTF_8;
    };
  }
}
