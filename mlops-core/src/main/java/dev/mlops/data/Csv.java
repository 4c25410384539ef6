package dev.mlops.data;

import dev.mlops.error.Elements;
import dev.mlops.error.FileFailure;
import dev.mlops.error.Once;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes CSV files as RFC 4180 has them, with a header.
 *
 * <pre>{@code
 * Imported flights = Csv.read(Path.of("flights.csv")).schema(schema).zone(ZoneOffset.UTC).load();
 * Dataset dataset = flights.orThrow();
 * }</pre>
 */
public final class Csv {

  private Csv() {}

  /**
   * Names a file to read.
   *
   * @param file the file
   * @return a reader with default options
   */
  public static Reader read(Path file) {
    return new Reader(Input.file(file));
  }

  /**
   * Names a stream to read, to its end; it is left open.
   *
   * @param bytes the file's bytes, for example of a {@link java.util.zip.GZIPInputStream}
   * @return a reader with default options
   */
  public static Reader read(InputStream bytes) {
    return new Reader(Input.stream(bytes));
  }

  /**
   * Writes a dataset to a file, which is replaced at once when all is written. A null is an empty
   * cell, an empty string a quoted one; instants are ISO-8601 in UTC, vectors as in JSON; UTF-8,
   * commas, lines end with a line feed.
   *
   * @param dataset the rows
   * @param file the file to make or replace, in a directory that exists
   * @throws IllegalArgumentException if the dataset has no columns
   * @throws StorageException if the file cannot be written
   */
  public static void write(Dataset dataset, Path file) {
    Objects.requireNonNull(dataset, "dataset");
    write(Batches.of(dataset), file);
  }

  /**
   * Writes a dataset to a stream as {@link #write(Dataset, Path)} does; the stream is left open.
   *
   * @param dataset the rows
   * @param out where the bytes go
   * @throws IllegalArgumentException if the dataset has no columns
   * @throws StorageException if the stream cannot be written
   */
  public static void write(Dataset dataset, OutputStream out) {
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(out, "out");
    write(Batches.of(dataset), out);
  }

  /**
   * Writes batches to a file as {@link #write(Dataset, Path)} does, one header before all.
   *
   * @param batches the rows
   * @param file the file to make or replace, in a directory that exists
   * @throws IllegalArgumentException if the batches have no columns
   * @throws StorageException if the file cannot be written
   */
  public static void write(Batches batches, Path file) {
    Objects.requireNonNull(batches, "batches");
    NewFile.write(file, channel -> CsvOutput.write(batches, Channels.newOutputStream(channel)));
  }

  /**
   * Writes batches to a stream as {@link #write(Batches, Path)} does; the stream is left open.
   *
   * @param batches the rows
   * @param out where the bytes go
   * @throws IllegalArgumentException if the batches have no columns
   * @throws StorageException if the stream cannot be written
   */
  public static void write(Batches batches, OutputStream out) {
    Objects.requireNonNull(batches, "batches");
    Objects.requireNonNull(out, "out");
    try {
      CsvOutput.write(batches, out);
    } catch (IOException e) {
      throw new StorageException("cannot write CSV to a stream: " + FileFailure.reason(e), e);
    }
  }

  /**
   * The options of one reading. Each may be set once. Used by one thread.
   *
   * <p>The first line that is not empty names the columns, unless {@link #header} or {@link
   * #noHeader} is said: a column without a name is {@code column} and its position from 0, as in
   * {@code column0}; a name that is there again gets {@code .1}, {@code .2} and so on.
   *
   * <p>An empty cell without quotes is null; blanks belong to a text, and mean nothing around
   * anything else. Lines without any character are skipped, unless there is one column only. A
   * delimiter at the end of a line makes no cell. Lines end with LF, CRLF or CR. What cannot be
   * read never stops {@link #load}: it is counted and kept for {@link Imported}. A line whose
   * quotes are broken takes no other line with it.
   */
  public static final class Reader extends TextReader<Reader> {

    private @Nullable List<String> header;
    private @Nullable Integer skipLines;
    private @Nullable Character delimiter;
    private @Nullable Character comment;
    private @Nullable Boolean trim;
    private @Nullable Character decimal;
    private @Nullable List<String> nullTexts;
    private @Nullable String pattern;
    private @Nullable DateTimeFormatter times;
    private @Nullable Charset charset;

    private Reader(Input input) {
      super(input);
    }

    /**
     * Names the columns of a file that has no header; one that has a header needs {@link
     * #skipLines} too. By default the first line names them.
     *
     * @param names a name for each cell of a line, at least one
     * @return this reader
     * @throws IllegalStateException if it is set already, by {@link #noHeader} too
     * @throws IllegalArgumentException if there is no name, or one is empty or occurs twice
     */
    public Reader header(String... names) {
      List<String> each = Elements.copy(names, "names");
      Once.refuse("header", this.header);
      this.header = CsvHeader.require(each);
      return this;
    }

    /**
     * Says that the first line is a row already; the columns are {@code column0}, {@code column1}
     * and so on, as many as that line has cells. By default the first line names them.
     *
     * @return this reader
     * @throws IllegalStateException if it is set already, by {@link #header} too
     */
    public Reader noHeader() {
      Once.refuse("header", this.header);
      this.header = List.of();
      return this;
    }

    /**
     * Skips lines at the beginning of the file, a title for example. By default none.
     *
     * @param lines how many, at least 0; a line ends where it ends, whatever quotes are in it
     * @return this reader
     * @throws IllegalStateException if it is set already
     * @throws IllegalArgumentException if it is negative
     */
    public Reader skipLines(int lines) {
      Once.refuse("skipLines", this.skipLines);
      this.skipLines = Input.notNegative("skipLines", lines);
      return this;
    }

    /**
     * Sets the character between cells. By default what a first line such as {@code sep=;} says, as
     * spreadsheets write it, and a comma without one; that line is skipped in either case.
     *
     * @param delimiter the character, neither a quote nor a line end
     * @return this reader
     * @throws IllegalStateException if it is set already
     * @throws IllegalArgumentException if it cannot stand between cells
     */
    public Reader delimiter(char delimiter) {
      Once.refuse("delimiter", this.delimiter);
      this.delimiter = CsvDialect.requireDelimiter(delimiter);
      return this;
    }

    /**
     * Says which character makes a comment of a line that begins with it. By default none.
     *
     * @param mark the character, for example {@code #}
     * @return this reader
     * @throws IllegalStateException if it is set already
     */
    public Reader comment(char mark) {
      Once.refuse("comment", this.comment);
      this.comment = mark;
      return this;
    }

    /**
     * Leaves out blanks and tabs around cells, outside their quotes. By default they belong to the
     * text.
     *
     * @return this reader
     * @throws IllegalStateException if it is set already
     */
    public Reader trim() {
      Once.refuse("trim", this.trim);
      this.trim = true;
      return this;
    }

    /**
     * Says that a comma stands before the decimals of a number, as in {@code 12,5}. By default a
     * point. The numbers of a vector keep their points.
     *
     * @return this reader
     * @throws IllegalStateException if it is set already
     */
    public Reader decimalComma() {
      Once.refuse("decimalComma", this.decimal);
      this.decimal = ',';
      return this;
    }

    /**
     * Says which texts mean null, besides the empty one. A quoted cell is never null. By default
     * none.
     *
     * @param texts the texts, for example {@code "NA"}
     * @return this reader
     * @throws IllegalStateException if they are set already
     */
    public Reader nullText(String... texts) {
      List<String> each = Elements.copy(texts, "texts");
      Once.refuse("nullText", this.nullTexts);
      this.nullTexts = each;
      return this;
    }

    /**
     * Says how instants are written. By default as in ISO-8601; one finer than a microsecond is a
     * bad cell.
     *
     * @param pattern a pattern of {@link DateTimeFormatter}, for example {@code dd/MM/yyyy HH:mm}
     * @return this reader
     * @throws IllegalStateException if it is set already
     * @throws IllegalArgumentException if it is not a valid pattern
     */
    public Reader pattern(String pattern) {
      Once.refuse("pattern", this.pattern);
      this.times = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
      this.pattern = pattern;
      return this;
    }

    /**
     * Says how characters are encoded. By default UTF-16 if the file begins with its mark, else
     * UTF-8. A mark is skipped in every encoding.
     *
     * @param charset the encoding
     * @return this reader
     * @throws IllegalStateException if it is set already
     */
    public Reader charset(Charset charset) {
      Objects.requireNonNull(charset, "charset");
      Once.refuse("charset", this.charset);
      this.charset = charset;
      return this;
    }

    @Override
    TextRows rows(
        InputStream bytes, @Nullable Schema schema, @Nullable Schema inferred, BadCells bad)
        throws IOException {
      CsvDialect dialect =
          new CsvDialect(delimiter, comment, skipLines == null ? 0 : skipLines, trim != null);
      CsvOptions options =
          new CsvOptions(
              schema,
              header,
              nullTexts == null ? List.of() : nullTexts,
              format(times, decimal == null ? '.' : decimal),
              charset);
      return new CsvRows(
          options, new CsvParser(MarkedText.open(bytes, charset), dialect), bad, inferred);
    }

    @Override
    String wrongEncoding() {
      return (charset == null ? "UTF-8" : charset) + "; say what it is with charset(Charset)";
    }

    @Override
    Reader self() {
      return this;
    }
  }
}
