package dev.mlops.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180 as an automaton that looks at one character after the other: slow, plain, and written
 * apart from the reader that it is held against.
 */
final class CsvTwin {

  /** A record: its line, its cells (null if nothing stands there), or why it is broken. */
  record Line(long number, List<@Nullable String> cells, @Nullable String broken) {}

  private enum State {
    BEGIN,
    PLAIN,
    QUOTED,
    CLOSED
  }

  private static final int END = -1;

  private final String text;
  private final char delimiter;
  private int at;
  private int fence;

  private CsvTwin(String text, char delimiter) {
    this.text = text;
    this.delimiter = delimiter;
  }

  static List<Line> read(String text, char delimiter) {
    CsvTwin twin = new CsvTwin(text, delimiter);
    List<Line> lines = new ArrayList<>();
    long number = 1;
    while (twin.at < text.length()) {
      int begin = twin.at;
      List<@Nullable String> cells = new ArrayList<>();
      String broken = twin.record(cells);
      if (broken != null) {
        twin.fence = Math.max(twin.fence, twin.at);
        twin.at = begin;
        while (!isEnd(twin.peek())) {
          twin.at++;
        }
      }
      twin.at += text.startsWith("\r\n", twin.at) ? 2 : 1;
      lines.add(new Line(number, broken == null ? cells : List.of(), broken));
      String taken = text.substring(begin, Math.min(twin.at, text.length()));
      number += taken.replace("\r\n", "\n").chars().filter(CsvTwin::isEnd).count();
    }
    return lines;
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  private static boolean isEnd(int c) {
    return c == '\n' || c == '\r' || c == END;
  }

  private @Nullable String record(List<@Nullable String> cells) {
    State state = State.BEGIN;
    StringBuilder cell = new StringBuilder();
    for (; ; at++) {
      int c = peek();
      boolean inside = state == State.QUOTED;
      if (inside && (c == END || (isEnd(c) && at < fence))) {
        return "has a quote that is never closed";
      } else if (inside && c == '"') {
        state = State.CLOSED;
      } else if (state == State.CLOSED && c == '"') {
        cell.append('"');
        state = State.QUOTED;
      } else if (state == State.BEGIN && c == '"') {
        state = State.QUOTED;
      } else if (!inside && (c == delimiter || isEnd(c))) {
        cells.add(state == State.BEGIN ? null : cell.toString());
        cell.setLength(0);
        state = State.BEGIN;
        if (c != delimiter) {
          return null;
        }
      } else if (state == State.CLOSED) {
        return "has text behind a closing quote";
      } else {
        cell.append((char) c);
        state = inside ? State.QUOTED : State.PLAIN;
      }
    }
  }

  /** Writes rows with quotes where they must be, and by chance where they need not. */
  static String write(List<List<@Nullable String>> rows, char delimiter, Random random) {
    StringBuilder out = new StringBuilder();
    String end = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
    for (List<@Nullable String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        String cell = row.get(i);
        out.append(i > 0 ? String.valueOf(delimiter) : "");
        if (cell != null) {
          boolean must =
              cell.isEmpty()
                  || cell.startsWith("\uFEFF")
                  || cell.chars().anyMatch(c -> c == delimiter || c == '"' || isEnd(c));
          boolean quoted = must || random.nextInt(4) == 0;
          out.append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
        }
      }
      out.append(end);
    }
    return out.toString();
  }
}
