package dev.mlops.report;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Text on its way into HTML or SVG, well-formed as XML; whatever comes in as text stays text. */
final class Markup {
  private static final char REPLACEMENT = '\uFFFD';

  private final StringBuilder out = new StringBuilder();

  /** Opens an element; attributes are names and values in turn. */
  @CanIgnoreReturnValue
  Markup open(String tag, Object... attributes) {
    return start(tag, attributes).append(">\n");
  }

  @CanIgnoreReturnValue
  Markup close(String tag) {
    return append("</").append(tag).append(">\n");
  }

  /** An element without content. */
  @CanIgnoreReturnValue
  Markup empty(String tag, Object... attributes) {
    return start(tag, attributes).append("/>\n");
  }

  /** An element with text. */
  @CanIgnoreReturnValue
  Markup element(String tag, String text, Object... attributes) {
    return start(tag, attributes).append(">").text(text).close(tag);
  }

  /** An element with text that is not the whole, which shows when it is pointed at. */
  @CanIgnoreReturnValue
  Markup cut(String tag, String text, String whole, Object... attributes) {
    start(tag, attributes).append(">").text(text);
    return append("<title>").text(whole).append("</title>").close(tag);
  }

  @CanIgnoreReturnValue
  Markup text(String text) {
    for (int at = 0; at < text.length(); ) {
      int character = text.codePointAt(at);
      escape(character);
      at += Character.charCount(character);
    }
    return this;
  }

  @CanIgnoreReturnValue
  Markup add(Markup markup) {
    return append(markup.out);
  }

  /** Appends what is markup already. */
  @CanIgnoreReturnValue
  Markup append(CharSequence trusted) {
    out.append(trusted);
    return this;
  }

  @CanIgnoreReturnValue
  private Markup start(String tag, Object... attributes) {
    append("<").append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      append(" ").append((String) attributes[i]).append("=\"");
      text(attributes[i + 1] instanceof Double place ? at(place) : attributes[i + 1].toString());
      append("\"");
    }
    return this;
  }

  private void escape(int character) {
    switch (character) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> out.appendCodePoint(isAllowed(character) ? character : REPLACEMENT);
    }
  }

  /** The characters of XML 1.0, without the controls that HTML does not allow. */
  static boolean isAllowed(int character) {
    return character == '\t'
        || character == '\n'
        || (character >= 0x20 && character < 0x7F)
        || (character >= 0xA0 && character < 0xD800)
        || (character >= 0xE000 && (character & 0xFFFE) != 0xFFFE);
  }

  /** A coordinate with one decimal at most. */
  static String at(double coordinate) {
    BigDecimal rounded = BigDecimal.valueOf(coordinate).setScale(1, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
