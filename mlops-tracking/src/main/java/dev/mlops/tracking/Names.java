package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

/** The rules for names and texts, the same for every database. */
final class Names {

  private static final int LONGEST = 250;

  private Names() {}

  static String checked(String kind, String name) {
    requireNonNull(name, kind);
    if (name.isBlank()) {
      throw new IllegalArgumentException(kind + " name must not be blank");
    }
    if (name.length() > LONGEST) {
      throw new IllegalArgumentException(
          kind
              + " name has "
              + name.length()
              + " characters; at most "
              + LONGEST
              + " are allowed: '"
              + name.substring(0, 40)
              + "...'");
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          kind + " name must not hold control characters: '" + printable(name) + "'");
    }
    refuseHalves(kind + " name", name);
    return name;
  }

  /** PostgreSQL cannot keep the NUL character, so no database gets it. */
  static String clean(String kind, String text) {
    requireNonNull(text, kind);
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(kind + " must not hold the NUL character");
    }
    refuseHalves(kind, text);
    return text;
  }

  /** H2 would keep half a surrogate pair and PostgreSQL a question mark, so no database gets it. */
  private static void refuseHalves(String kind, String text) {
    if (!UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          kind + " must not hold half a surrogate pair, which is no character");
    }
  }

  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
