package dev.mlops.data;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * Text of whole characters. Half a surrogate pair is a Java char and no character: UTF-8 has no
 * bytes for it, so files, databases and digests would put a question mark there.
 */
final class WholeText {

  private WholeText() {}

  static boolean is(String text) {
    return brokenAt(text) < 0;
  }

  /**
   * Checks a text.
   *
   * @return the text
   * @throws IllegalArgumentException if it holds half a surrogate pair
   */
  @CanIgnoreReturnValue
  static String require(String text) {
    int at = brokenAt(text);
    if (at >= 0) {
      throw new IllegalArgumentException(
          "half a surrogate pair is no character, and no file can keep it: U+%04X at %d of %d chars"
              .formatted((int) text.charAt(at), at, text.length()));
    }
    return text;
  }

  private static int brokenAt(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (Character.charCount(text.codePointAt(i)) == 1) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}
