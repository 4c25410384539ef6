package dev.mlops.tracking;

import java.util.Arrays;

/**
 * A pattern of SQL's LIKE, in which {@code %} is any text and {@code _} one character; nothing
 * takes that meaning from them. It is looked for in memory, as each database has an opinion of its
 * own on which letters are equal in any case.
 *
 * <p>What {@code %} stands for is tried from nothing on, and only the last {@code %} is tried again
 * if the rest does not fit. So no pattern takes longer than its length times that of the text.
 */
final class LikePattern {

  private final String pattern;
  private final boolean anyCase;
  private final int[] letters;

  LikePattern(String pattern, boolean anyCase) {
    this.pattern = pattern;
    this.anyCase = anyCase;
    this.letters = letters(pattern);
  }

  private int[] letters(String text) {
    return anyCase
        ? text.codePoints().map(LikePattern::folded).toArray()
        : text.codePoints().toArray();
  }

  /** Upper case first, as some letters are equal only there. */
  private static int folded(int letter) {
    return Character.toLowerCase(Character.toUpperCase(letter));
  }

  boolean fits(String text) {
    int[] read = letters(text);
    int at = 0;
    int wanted = 0;
    int anyAt = -1;
    int anyFrom = 0;
    while (at < read.length) {
      if (wanted < letters.length && letters[wanted] == '%') {
        anyAt = wanted++;
        anyFrom = at;
      } else if (wanted < letters.length
          && (letters[wanted] == '_' || letters[wanted] == read[at])) {
        wanted++;
        at++;
      } else if (anyAt >= 0) {
        wanted = anyAt + 1;
        at = ++anyFrom;
      } else {
        return false;
      }
    }
    return Arrays.stream(letters, wanted, letters.length).allMatch(letter -> letter == '%');
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LikePattern like
        && pattern.equals(like.pattern)
        && anyCase == like.anyCase;
  }

  @Override
  public int hashCode() {
    return 31 * pattern.hashCode() + Boolean.hashCode(anyCase);
  }

  @Override
  public String toString() {
    return (anyCase ? "ILIKE '" : "LIKE '") + pattern + "'";
  }
}
