package dev.mlops.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Plural;
import java.util.Objects;
import java.util.Optional;

/**
 * The rules for names and texts, so that every database takes and refuses the same.
 *
 * <p>A name has at most 250 characters, since PostgreSQL keeps at most 2,704 bytes in an index. A
 * text has at most 1,048,576 characters, as many as H2 keeps in a VARCHAR. Neither holds NUL, which
 * PostgreSQL cannot keep, nor half of a surrogate pair, which it would store as a question mark.
 * Characters are counted as {@link String#length()} counts them.
 */
public final class Names {

  /** The project of a workspace that was opened without one. */
  public static final String DEFAULT_PROJECT = "default";

  /** How many characters a name may have. */
  public static final int LONGEST = 250;

  /** How many characters a text may have. */
  public static final int LONGEST_TEXT = 1_048_576;

  private static final int SHOWN = 40;

  private Names() {}

  /**
   * Checks a name: 1 to 250 characters, not blank, without control characters.
   *
   * @param kind what the name is of, for the message: {@code experiment}
   * @param name the name
   * @return the name
   * @throws IllegalArgumentException if it is no name; the message states kind, limit and value
   */
  @CanIgnoreReturnValue
  public static String checked(String kind, String name) {
    return checked(kind, name, LONGEST);
  }

  /**
   * Checks a name that may be longer, or has to be shorter, than others.
   *
   * @param kind what the name is of, for the message
   * @param name the name
   * @param longest how many characters it may have
   * @return the name
   * @throws IllegalArgumentException if it is no name; the message states kind, limit and value
   */
  @CanIgnoreReturnValue
  public static String checked(String kind, String name, int longest) {
    Objects.requireNonNull(name, kind);
    if (isBlank(name)) {
      throw new IllegalArgumentException(kind + " name must not be blank");
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          kind + " name must not hold control characters: '" + shown(name) + "'");
    }
    flaw(name, longest)
        .ifPresent(
            flaw -> {
              throw new IllegalArgumentException(
                  kind + " name " + flaw + ": '" + shown(name) + "'");
            });
    return name;
  }

  /**
   * Tells whether a text shows nothing: it is empty, or white space of any kind.
   *
   * @param text the text
   * @return whether nobody could see it
   */
  public static boolean isBlank(String text) {
    Objects.requireNonNull(text, "text");
    int next = 0;
    while (next < text.length() && isSpace(text.codePointAt(next))) {
      next += Character.charCount(text.codePointAt(next));
    }
    return next >= text.length();
  }

  // Those that Java does not call white space, since no line breaks at them, are spaces too.
  private static boolean isSpace(int character) {
    return Character.isWhitespace(character) || Character.isSpaceChar(character);
  }

  /**
   * Checks a text: up to 1,048,576 characters, empty or with any character that databases keep.
   *
   * @param kind what the text is, for the message: {@code note}
   * @param text the text
   * @return the text
   * @throws IllegalArgumentException if no database keeps it
   */
  @CanIgnoreReturnValue
  public static String checkedText(String kind, String text) {
    Objects.requireNonNull(text, kind);
    flaw(text, LONGEST_TEXT)
        .ifPresent(
            flaw -> {
              throw new IllegalArgumentException(kind + " " + flaw);
            });
    return text;
  }

  /**
   * Says why databases do not keep a text.
   *
   * @param text the text
   * @param longest how many characters it may have
   * @return such as {@code has 300 characters; at most 250 are allowed}, or empty if they keep it
   */
  public static Optional<String> flaw(String text, int longest) {
    Objects.requireNonNull(text, "text");
    if (text.length() > longest) {
      return Optional.of(
          "has %s; at most %s are allowed"
              .formatted(Plural.of(text.length(), "character"), Plural.grouped(longest)));
    }
    return unkeepable(text);
  }

  /** Says which character of a text databases do not keep. */
  static Optional<String> unkeepable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '\0') {
        return Optional.of("must not hold the NUL character, which PostgreSQL cannot keep");
      }
      if (Character.isSurrogate(character)) {
        if (!isPair(text, i)) {
          return Optional.of("must not hold half a surrogate pair, which is no character");
        }
        i++;
      }
    }
    return Optional.empty();
  }

  private static boolean isPair(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1));
  }

  /**
   * Shows the beginning of a text in a message, whatever it holds.
   *
   * @param text any text
   * @return up to 40 characters, with {@code ?} for what cannot be shown
   */
  public static String shown(String text) {
    Objects.requireNonNull(text, "text");
    String start = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return start.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
  }
}
