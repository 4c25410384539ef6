package dev.mlops.data;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Plural;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the records of a CSV file and the cells of each, as RFC 4180 has them.
 *
 * <p>A record ends with LF, CRLF or CR. A cell that begins with a quote ends with the next quote
 * that is not doubled, and may hold delimiters and line ends; a quote inside a cell that does not
 * begin with one is a character like any other.
 *
 * <p>A record is broken if text follows a closing quote, a quote is never closed, or the record is
 * longer than the limit. Then its first line alone is the broken one, and the lines that its quotes
 * had swallowed are read again: until the place at which the damage showed, a quoted cell must end
 * on the line on which it began. So what follows a broken line is kept, and every character is
 * looked at three times at most, however many lines are broken.
 */
final class CsvParser {

  static final int LONGEST_RECORD = 1 << 24;

  private static final int CHUNK = 1 << 16;
  private static final int SHOWN = 200;
  private static final byte QUOTED = 1;
  private static final byte DOUBLED = 2;

  /** Says that a record is broken, and why. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    Broken(String reason) {
      super(reason, null, false, false);
    }
  }

  private final Reader in;
  private final CsvDialect dialect;
  private final int longest;
  private char delimiter;
  private char highest;
  private boolean told;

  private char[] buffer;
  private int start;
  private int at;
  private int limit;
  private boolean ended;

  /** How many characters came before the buffer's first one. */
  private long before;

  /** Quoted cells must end on their line as long as it ends before this character of the file. */
  private long fence;

  private long line = 1;
  private long nextLine = 1;
  private int count;
  private @Nullable String broken;

  /** The record's length as it was written, without its line end. */
  private int length;

  /** The record's beginning as it was written, where the buffer no longer has it. */
  private final char[] written = new char[SHOWN];

  private boolean gone;

  /** Where cells begin and end, counted from the beginning of the record. */
  private int[] from = new int[16];

  private int[] to = new int[16];
  private byte[] marks = new byte[16];
  private boolean doubled;

  CsvParser(Reader in, CsvDialect dialect) {
    this(in, dialect, CHUNK, LONGEST_RECORD);
  }

  CsvParser(Reader in, CsvDialect dialect, int chunk, int longest) {
    this.in = in;
    this.dialect = dialect;
    this.longest = longest;
    this.buffer = new char[chunk];
    this.told = dialect.delimiter() != null;
    separate(dialect.delimiter() == null ? ',' : dialect.delimiter());
  }

  private void separate(char separator) {
    delimiter = separator;
    highest = (char) Math.max(separator, '\r');
  }

  /** Skips a byte order mark and the lines to be skipped, and heeds a line such as sep=; there. */
  void begin() throws IOException {
    at += more() && buffer[0] == '\uFEFF' ? 1 : 0;
    for (int i = 0; i < dialect.skipLines(); i++) {
      skipLine();
    }
    start = at;
    boolean grown = true;
    while (grown && limit - at < 6) {
      grown = more();
    }
    boolean named = limit - at >= 5 && new String(buffer, at, 4).equals("sep=");
    if (named && (limit - at == 5 || isBreak(buffer[at + 5])) && !isBreak(buffer[at + 4])) {
      separate(told ? delimiter : buffer[at + 4]);
      told = true;
      skipLine();
    }
  }

  /** Whether somebody said what stands between cells: the caller, or a line such as sep=;. */
  boolean isTold() {
    return told;
  }

  /** Goes to the next record; false if there is none. */
  boolean next() throws IOException {
    do {
      start = at;
      line = nextLine;
      if (at == limit && !more()) {
        return false;
      }
    } while (isComment());
    count = 0;
    doubled = false;
    gone = false;
    broken = null;
    try {
      boolean more = true;
      while (more) {
        more = cell();
      }
      if (doubled) {
        keepWritten();
        undouble();
      }
    } catch (Broken e) {
      recover(String.valueOf(e.getMessage()));
    }
    return true;
  }

  private boolean isComment() throws IOException {
    Character comment = dialect.comment();
    boolean is = comment != null && buffer[at] == comment;
    if (is) {
      skipLine();
    }
    return is;
  }

  /** The line on which the record begins, from 1. */
  long line() {
    return line;
  }

  /** Why the record's first line cannot be read, or null. */
  @Nullable String broken() {
    return broken;
  }

  /** The beginning of the record, or of its first line if it is broken, as it was written. */
  String written() {
    return new String(gone ? written : buffer, gone ? 0 : start, Math.min(SHOWN, length));
  }

  private void keepWritten() {
    System.arraycopy(buffer, start, written, 0, Math.min(SHOWN, length));
    gone = true;
  }

  int count() {
    return count;
  }

  boolean isEmpty() {
    return count == 1 && isEmpty(0);
  }

  /** Whether a cell has neither characters nor quotes. */
  boolean isEmpty(int cell) {
    return from[cell] == to[cell] && marks[cell] == 0;
  }

  boolean isQuoted(int cell) {
    return marks[cell] != 0;
  }

  char[] chars() {
    return buffer;
  }

  int from(int cell) {
    return start + from[cell];
  }

  int to(int cell) {
    return start + to[cell];
  }

  String text(int cell) {
    return new String(buffer, from(cell), to[cell] - from[cell]);
  }

  /** Reads a cell and what stands behind it; true if that is a delimiter. */
  private boolean cell() throws IOException, Broken {
    if (dialect.trim()) {
      skipBlanks();
    }
    if ((at < limit || moreOfRecord()) && buffer[at] == '"') {
      at++;
      quoted();
    } else {
      plain();
    }
    length = at - start;
    return at < limit && skipEnd();
  }

  private void plain() throws IOException, Broken {
    int begin = at - start;
    do {
      char[] chars = buffer;
      int i = at;
      while (i < limit && (chars[i] > highest || !isEnd(chars[i]))) {
        i++;
      }
      at = i;
    } while (at == limit && moreOfRecord());
    int end = at - start;
    while (dialect.trim() && end > begin && isBlank(buffer[start + end - 1])) {
      end--;
    }
    put(begin, end, (byte) 0);
  }

  private void quoted() throws IOException, Broken {
    int begin = at - start;
    byte mark = QUOTED;
    while (true) {
      toQuote();
      at++;
      if ((at == limit && !moreOfRecord()) || buffer[at] != '"') {
        break;
      }
      at++;
      mark = DOUBLED;
      doubled = true;
    }
    put(begin, at - 1 - start, mark);
    if (dialect.trim()) {
      skipBlanks();
    }
    if (at < limit && !isEnd(buffer[at])) {
      throw new Broken("has text behind a closing quote");
    }
  }

  private void toQuote() throws IOException, Broken {
    while (true) {
      while (at < limit && buffer[at] > '"') {
        at++;
      }
      if (at == limit) {
        if (!moreOfRecord()) {
          throw new Broken("has a quote that is never closed");
        }
      } else if (buffer[at] == '"') {
        return;
      } else {
        lineEnd(buffer[at]);
        at++;
      }
    }
  }

  private void lineEnd(char c) throws Broken {
    if (!isBreak(c)) {
      return;
    }
    if (before + at < fence) {
      throw new Broken("has a quote that is never closed");
    }
    nextLine += c == '\n' && buffer[at - 1] == '\r' ? 0 : 1;
  }

  private boolean isEnd(char c) {
    return c == delimiter || isBreak(c);
  }

  private static boolean isBreak(char c) {
    return c == '\n' || c == '\r';
  }

  private boolean isBlank(char c) {
    return (c == ' ' || c == '\t') && c != delimiter;
  }

  private void skipBlanks() throws IOException, Broken {
    while ((at < limit || moreOfRecord()) && isBlank(buffer[at])) {
      at++;
    }
  }

  @CanIgnoreReturnValue
  private boolean skipEnd() throws IOException {
    char c = buffer[at++];
    if (c == delimiter) {
      return true;
    }
    nextLine++;
    if (c == '\r' && (at < limit || more()) && buffer[at] == '\n') {
      at++;
    }
    return false;
  }

  private void skipLine() throws IOException {
    start = at;
    while (at < limit || more()) {
      if (isBreak(buffer[at])) {
        skipEnd();
        return;
      }
      start = ++at;
    }
  }

  private void put(int begin, int end, byte mark) {
    if (count == from.length) {
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
      marks = Arrays.copyOf(marks, 2 * count);
    }
    from[count] = begin;
    to[count] = end;
    marks[count++] = mark;
  }

  /** Makes one of two quotes, now that nobody needs the record as it was written. */
  private void undouble() {
    for (int cell = 0; cell < count; cell++) {
      if (marks[cell] == DOUBLED) {
        int end = from(cell);
        for (int i = end; i < to(cell); i++) {
          buffer[end++] = buffer[i];
          i += buffer[i] == '"' ? 1 : 0;
        }
        to[cell] = end - start;
      }
    }
  }

  /** Goes behind the first line of a broken record. */
  private void recover(String reason) throws IOException {
    broken = reason;
    fence = Math.max(fence, before + at);
    nextLine = line;
    count = 0;
    at = start;
    while ((at < limit || (at - start < SHOWN && more())) && !isBreak(buffer[at])) {
      at++;
    }
    length = at - start;
    keepWritten();
    skipLine();
  }

  private boolean moreOfRecord() throws IOException, Broken {
    if (limit - start >= longest) {
      throw new Broken("is longer than " + Plural.of(longest, "character"));
    }
    return more();
  }

  /** Reads on, keeping the characters from the record's first one on. */
  private boolean more() throws IOException {
    if (ended) {
      return false;
    }
    System.arraycopy(buffer, start, buffer, 0, limit - start);
    before += start;
    at -= start;
    limit -= start;
    start = 0;
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int read = in.read(buffer, limit, buffer.length - limit);
    ended = read < 0;
    limit += Math.max(0, read);
    return read > 0 || (!ended && more());
  }
}
