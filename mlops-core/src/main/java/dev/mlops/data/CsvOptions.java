package dev.mlops.data;

import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a CSV file is to be read.
 *
 * @param schema the columns wanted; null to infer all
 * @param delimiter what stands between cells
 * @param nullTexts what an unquoted cell may say to be null, besides nothing
 * @param times how instants are written
 * @param charset how characters are encoded
 * @param badCells how many bad cells are kept
 */
record CsvOptions(
    @Nullable Schema schema,
    char delimiter,
    List<String> nullTexts,
    TimeFormat times,
    Charset charset,
    int badCells) {

  boolean isNull(char[] chars, int offset, int length) {
    if (length == 0) {
      return true;
    }
    for (String text : nullTexts) {
      if (text.length() == length && text.contentEquals(CharBuffer.wrap(chars, offset, length))) {
        return true;
      }
    }
    return false;
  }
}
