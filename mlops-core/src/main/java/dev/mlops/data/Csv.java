package dev.mlops.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
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
   * @throws IllegalArgumentException if the dataset has no columns, or a string holds half a
   *     surrogate pair
   * @throws StorageException if the file cannot be written
   */
  public static void write(Dataset dataset, Path file) {
    NewFile.write(file, channel -> CsvOutput.write(dataset, Channels.newOutputStream(channel)));
  }

  /**
   * Writes a dataset to a stream as {@link #write(Dataset, Path)} does; the stream is left open.
   *
   * @param dataset the rows
   * @param out where the bytes go
   * @throws IllegalArgumentException if the dataset has no columns, or a string holds half a
   *     surrogate pair
   * @throws StorageException if the stream cannot be written
   */
  public static void write(Dataset dataset, OutputStream out) {
    try {
      CsvOutput.write(dataset, out);
    } catch (IOException e) {
      throw new StorageException("cannot write CSV to a stream: " + e, e);
    }
  }

  /**
   * The options of one reading. Each may be set once. Used by one thread.
   *
   * <p>An empty cell without quotes is null; blanks belong to the text. Lines without any character
   * are skipped, unless there is one column only. What cannot be read never stops the reading: it
   * is counted and kept for {@link Imported}.
   */
  public static final class Reader {

    private static final int UTF8_BOM = 0xEFBBBF;

    private final Input input;
    private @Nullable Schema schema;
    private @Nullable Character delimiter;
    private @Nullable List<String> nullTexts;
    private @Nullable ZoneId zone;
    private @Nullable String pattern;
    private @Nullable DateTimeFormatter times;
    private @Nullable Charset charset;
    private @Nullable Integer badCells;

    private Reader(Input input) {
      this.input = input;
    }

    /**
     * Declares the columns. By default the type of each column is inferred from all of its values.
     *
     * @param schema the columns wanted; the header must have them, in any order, and others are
     *     left out
     * @return this reader
     * @throws IllegalStateException if it is set already
     */
    public Reader schema(Schema schema) {
      Input.once("schema", this.schema);
      this.schema = schema;
      return this;
    }

    /**
     * Says what stands between cells. By default a comma.
     *
     * @param delimiter the character
     * @return this reader
     * @throws IllegalStateException if it is set already
     */
    public Reader delimiter(char delimiter) {
      Input.once("delimiter", this.delimiter);
      this.delimiter = delimiter;
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
      Input.once("nullText", this.nullTexts);
      this.nullTexts = List.of(texts);
      return this;
    }

    /**
     * Says in which zone times are meant that do not name one, with a space or a T before the hour;
     * a date alone is midnight. Where clocks go back, the earlier instant is meant; a time that
     * clocks skip is a bad cell. By default such times are bad cells, for a zone is never guessed.
     *
     * @param zone the zone
     * @return this reader
     * @throws IllegalStateException if it is set already
     */
    public Reader zone(ZoneId zone) {
      Input.once("zone", this.zone);
      this.zone = zone;
      return this;
    }

    /**
     * Says how instants are written. By default as in ISO-8601.
     *
     * @param pattern a pattern of {@link DateTimeFormatter}, for example {@code dd/MM/yyyy HH:mm}
     * @return this reader
     * @throws IllegalStateException if it is set already
     * @throws IllegalArgumentException if the pattern is none
     */
    public Reader pattern(String pattern) {
      Input.once("pattern", this.pattern);
      this.times = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
      this.pattern = pattern;
      return this;
    }

    /**
     * Says how characters are encoded. By default UTF-8; a byte order mark of UTF-8 is skipped.
     *
     * @param charset the encoding
     * @return this reader
     * @throws IllegalStateException if it is set already
     */
    public Reader charset(Charset charset) {
      Input.once("charset", this.charset);
      this.charset = charset;
      return this;
    }

    /**
     * Limits how many bad cells are kept; all are counted. By default 1000.
     *
     * @param limit how many, at least 0
     * @return this reader
     * @throws IllegalStateException if it is set already
     * @throws IllegalArgumentException if it is negative
     */
    public Reader badCells(int limit) {
      Input.once("badCells", this.badCells);
      this.badCells = BadCells.requireLimit(limit);
      return this;
    }

    /**
     * Reads the file.
     *
     * @return the rows, and an account of what could not be read
     * @throws InvalidInputException if there is no header, it lacks a column of the schema or has
     *     one twice, the bytes are not of the encoding, or a cell is longer than 16 million
     *     characters
     * @throws StorageException if the file cannot be read
     */
    public Imported load() {
      CsvRows rows = new CsvRows(options());
      try {
        input.read(bytes -> parse(bytes, rows));
        return rows.imported();
      } catch (CsvParseException e) {
        if (e.getCause() instanceof InvalidInputException ours) {
          throw ours;
        }
        throw new InvalidInputException(
            "cannot read " + input.name() + " as CSV: " + e.getMessage(), e);
      } catch (UncheckedIOException e) {
        throw failure(e.getCause());
      } catch (IOException e) {
        throw failure(e);
      }
    }

    private RuntimeException failure(@Nullable IOException e) {
      return e instanceof CharacterCodingException
          ? new InvalidInputException(
              "cannot read "
                  + input.name()
                  + ": it is not "
                  + options().charset()
                  + "; say what it is with charset(Charset)",
              e)
          : new StorageException("cannot read " + input.name() + ": " + e, e);
    }

    private CsvOptions options() {
      return new CsvOptions(
          schema,
          delimiter == null ? ',' : delimiter,
          nullTexts == null ? List.of() : nullTexts,
          new TimeFormat(zone, times),
          charset == null ? StandardCharsets.UTF_8 : charset,
          badCells == null ? BadCells.DEFAULT_LIMIT : badCells);
    }

    private void parse(InputStream bytes, CsvRows rows) throws IOException {
      CsvOptions options = options();
      InputStreamReader characters =
          new InputStreamReader(withoutMark(bytes), options.charset().newDecoder());
      CsvReader<Boolean> reader =
          CsvReader.builder()
              .fieldSeparator(options.delimiter())
              .skipEmptyLines(false)
              .allowExtraFields(true)
              .allowMissingFields(true)
              .build(rows, characters);
      reader.forEach(row -> {});
    }

    private InputStream withoutMark(InputStream bytes) throws IOException {
      BufferedInputStream buffered = new BufferedInputStream(bytes, 1 << 16);
      buffered.mark(3);
      int first = buffered.read() << 16 | buffered.read() << 8 | buffered.read();
      if (first != UTF8_BOM) {
        buffered.reset();
      }
      return buffered;
    }
  }
}
