package dev.mlops.data;

import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a CSV file is to be read.
 *
 * @param schema the columns wanted; null to infer all
 * @param header what the columns are called; empty to number them; null if the file says it
 * @param nullTexts what an unquoted cell may say to be null, besides nothing
 * @param format how values are written
 * @param charset how characters are encoded; null for what the file's mark says, or UTF-8
 */
record CsvOptions(
    @Nullable Schema schema,
    @Nullable List<String> header,
    List<String> nullTexts,
    TextFormat format,
    @Nullable Charset charset) {

  boolean isNull(char[] chars, int from, int to) {
    if (from == to) {
      return true;
    }
    for (String text : nullTexts) {
      if (text.length() == to - from
          && text.contentEquals(CharBuffer.wrap(chars, from, to - from))) {
        return true;
      }
    }
    return false;
  }
}
