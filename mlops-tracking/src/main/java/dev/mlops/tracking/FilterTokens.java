package dev.mlops.tracking;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cuts the text of a filter into words, quoted texts, numbers and signs. */
final class FilterTokens {

  /** What a piece of the text is. */
  enum Kind {
    /** A bare word, which may hold dots: {@code metrics.auc}, {@code AND}. */
    WORD,
    /** Between single quotes. */
    SINGLE,
    /** Between double quotes. */
    DOUBLE,
    /** Between backticks. */
    BACKTICK,
    NUMBER,
    /** A comparison, a bracket, a comma, a dot behind a quoted text. */
    SIGN,
    END
  }

  /**
   * A piece of the text.
   *
   * @param text without its quotes
   * @param from where it begins, 0 for the first character
   * @param to where it ends; a piece that begins there follows without a blank
   */
  record Token(Kind kind, String text, int from, int to) {

    /** Whether it is this word, in any case, or this sign. */
    boolean is(String wanted) {
      return (kind == Kind.WORD || kind == Kind.SIGN) && text.equalsIgnoreCase(wanted);
    }

    boolean isQuoted() {
      return kind == Kind.SINGLE || kind == Kind.DOUBLE || kind == Kind.BACKTICK;
    }

    @Override
    public String toString() {
      return kind == Kind.END ? "the end" : "'" + text + "'";
    }
  }

  private static final List<String> SIGNS =
      List.of("!=", "<=", ">=", "<>", "==", "=", "<", ">", "(", ")", ",");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private FilterTokens(String text) {
    this.text = text;
  }

  /**
   * Cuts a text; the last piece is the end.
   *
   * @throws IllegalArgumentException if a quote stays open or a character means nothing
   */
  static List<Token> of(String text) {
    FilterTokens cut = new FilterTokens(text);
    while (cut.next()) {
      // Each step adds one piece.
    }
    return List.copyOf(cut.tokens);
  }

  private boolean next() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return add(Kind.END, "", at, at);
    }
    char first = text.charAt(at);
    if (first == '\'' || first == '"' || first == '`') {
      return quoted(first);
    }
    for (String sign : SIGNS) {
      if (text.startsWith(sign, at)) {
        return add(Kind.SIGN, sign, at, at + sign.length());
      }
    }
    return (isWordPart(first) || first == '-' || first == '+') ? word() : refuse(first);
  }

  /** There is no escape: a text with one kind of quote is put between the other. */
  private boolean quoted(char quote) {
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      throw FilterErrors.at(text, at, "the quote " + quote + " is never closed");
    }
    Kind kind = quote == '\'' ? Kind.SINGLE : quote == '"' ? Kind.DOUBLE : Kind.BACKTICK;
    return add(kind, text.substring(at + 1, end), at, end + 1);
  }

  private boolean word() {
    int end = at + 1;
    while (end < text.length() && (isWordPart(text.charAt(end)) || isExponentSign(end))) {
      end++;
    }
    String word = text.substring(at, end);
    return add(isNumber(word) ? Kind.NUMBER : Kind.WORD, word, at, end);
  }

  private static boolean isWordPart(char letter) {
    return Character.isLetterOrDigit(letter)
        || letter == '_'
        || letter == '.'
        || letter == ':'
        || Character.isSurrogate(letter);
  }

  /** The minus of 1e-3. */
  private boolean isExponentSign(int place) {
    char sign = text.charAt(place);
    char before = Character.toLowerCase(text.charAt(place - 1));
    return (sign == '-' || sign == '+')
        && before == 'e'
        && text.substring(at, place).toLowerCase(Locale.ROOT).matches("[-+]?[0-9.]+e");
  }

  static boolean isNumber(String word) {
    return word.matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");
  }

  private boolean refuse(char letter) {
    throw FilterErrors.at(
        text,
        at,
        "'"
            + letter
            + "' means nothing here; put a name that holds it between backticks: metrics.`val loss`");
  }

  private boolean add(Kind kind, String piece, int from, int to) {
    tokens.add(new Token(kind, piece, from, to));
    at = to;
    return kind != Kind.END;
  }
}
