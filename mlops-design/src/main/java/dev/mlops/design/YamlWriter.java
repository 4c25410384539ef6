package dev.mlops.design;

import dev.mlops.error.Exactly;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes keys with values, each on a line of its own. Not safe for use by many threads. */
final class YamlWriter {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*");
  private static final List<String> OPEN = List.of("null", "~");

  private final StringBuilder text;
  private final String indent;
  private boolean item;

  YamlWriter() {
    this(new StringBuilder(), "", false);
  }

  private YamlWriter(StringBuilder text, String indent, boolean item) {
    this.text = text;
    this.indent = indent;
    this.item = item;
  }

  private void line(String key, String value) {
    text.append(item ? indent.substring(2) + "- " : indent).append(key).append(':');
    text.append(value.isEmpty() ? "" : " " + value).append('\n');
    item = false;
  }

  void text(String key, String value) {
    line(key, quoted(value));
  }

  void text(String key, Optional<String> value) {
    value.ifPresent(said -> text(key, said));
  }

  /** A word that is never quoted, such as a name that this library chose. */
  void word(String key, Object value) {
    line(key, value.toString());
  }

  void number(String key, double value) {
    line(key, Exactly.typed(value));
  }

  void number(String key, OptionalDouble value) {
    value.ifPresent(said -> number(key, said));
  }

  void duration(String key, Duration value) {
    line(key, Durations.text(value));
  }

  void duration(String key, Optional<Duration> value) {
    value.ifPresent(said -> duration(key, said));
  }

  void texts(String key, List<String> values) {
    words(key, values.stream().map(YamlWriter::quoted).toList());
  }

  void words(String key, List<?> values) {
    if (!values.isEmpty()) {
      line(key, values.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]")));
    }
  }

  /** Begins a part of its own, two columns to the right. */
  YamlWriter part(String key) {
    line(key, "");
    return new YamlWriter(text, indent + "  ", false);
  }

  /** Begins an item of a list, whose key was begun by {@link #part}. */
  YamlWriter item() {
    return new YamlWriter(text, indent + "  ", true);
  }

  /** Texts one below the other. */
  void lines(String key, List<String> values) {
    if (!values.isEmpty()) {
      line(key, "");
      values.forEach(
          value -> text.append(indent).append("  - ").append(quoted(value)).append('\n'));
    }
  }

  private static String quoted(String value) {
    if (PLAIN.matcher(value).matches() && !OPEN.contains(value)) {
      return value;
    }
    StringBuilder quoted = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> escaped(quoted, point);
              }
            });
    return quoted.append('"').toString();
  }

  /** YAML takes some characters in no file, and folds some others. */
  private static void escaped(StringBuilder quoted, int point) {
    boolean printable =
        (point >= 0x20 && point <= 0x7e)
            || (point >= 0xa0 && point <= 0xd7ff && point != 0x2028 && point != 0x2029)
            || (point >= 0xe000 && point <= 0xfffd && point != 0xfeff);
    if (printable) {
      quoted.appendCodePoint(point);
    } else if (point <= 0xffff) {
      quoted.append(String.format("\\u%04x", point));
    } else {
      quoted.append(String.format("\\U%08x", point));
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
