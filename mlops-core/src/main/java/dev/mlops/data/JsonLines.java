package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes files with a JSON object on each line, in UTF-8.
 *
 * <p>A null and a name that is not there are both null. Instants are strings as in ISO-8601,
 * vectors are lists of numbers; NaN and the infinities, which JSON has no numbers for, are the
 * strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 *
 * <pre>{@code
 * Dataset dataset = JsonLines.read(Path.of("predictions.jsonl")).schema(schema).load().orThrow();
 * }</pre>
 */
public final class JsonLines {

  private JsonLines() {}

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
   * @param bytes the file's bytes
   * @return a reader with default options
   */
  public static Reader read(InputStream bytes) {
    return new Reader(Input.stream(bytes));
  }

  /**
   * Writes a dataset to a file, which is replaced at once when all is written. Nulls are written as
   * {@code null}.
   *
   * @param dataset the rows
   * @param file the file to make or replace, in a directory that exists
   * @throws StorageException if the file cannot be written
   */
  public static void write(Dataset dataset, Path file) {
    Objects.requireNonNull(dataset, "dataset");
    NewFile.write(file, channel -> JsonOutput.write(dataset, Channels.newOutputStream(channel)));
  }

  /**
   * Writes a dataset to a stream as {@link #write(Dataset, Path)} does; the stream is left open.
   *
   * @param dataset the rows
   * @param out where the bytes go
   * @throws StorageException if the stream cannot be written
   */
  public static void write(Dataset dataset, OutputStream out) {
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(out, "out");
    try {
      JsonOutput.write(dataset, out);
    } catch (IOException e) {
      throw new StorageException("cannot write JSON to a stream: " + e, e);
    }
  }

  /**
   * The options of one reading. Each may be set once. Used by one thread.
   *
   * <p>A line ends with a line feed; blank ones are skipped. What cannot be read never stops the
   * reading: it is counted and kept for {@link Imported}.
   */
  public static final class Reader {

    private final Input input;
    private @Nullable Schema schema;
    private @Nullable ZoneId zone;
    private TextFormat.@Nullable Overlap overlap;
    private @Nullable Integer badCells;

    private Reader(Input input) {
      this.input = input;
    }

    /**
     * Declares the columns. By default every name in the file is a column, in the order in which
     * they are met, and its type is inferred from all of its values.
     *
     * @param schema the columns wanted; other names in the file are left out
     * @return this reader
     * @throws IllegalStateException if it is set already
     */
    public Reader schema(Schema schema) {
      Input.once("schema", this.schema);
      this.schema = schema;
      return this;
    }

    /**
     * Says in which zone times are meant that do not name one, as {@link Csv.Reader#zone} does. By
     * default such times are bad cells, for a zone is never guessed.
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
     * Takes a local time that is there twice, because clocks go back, for the earlier of the two
     * instants. By default it is a bad cell.
     *
     * @return this reader
     * @throws IllegalStateException if it is set already, by {@link #laterInOverlap} too
     */
    public Reader earlierInOverlap() {
      Input.once("the overlap", this.overlap);
      this.overlap = TextFormat.Overlap.EARLIER;
      return this;
    }

    /**
     * Takes a local time that is there twice, because clocks go back, for the later of the two
     * instants. By default it is a bad cell.
     *
     * @return this reader
     * @throws IllegalStateException if it is set already, by {@link #earlierInOverlap} too
     */
    public Reader laterInOverlap() {
      Input.once("the overlap", this.overlap);
      this.overlap = TextFormat.Overlap.LATER;
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
      this.badCells = Input.notNegative("badCells", limit);
      return this;
    }

    /**
     * Reads the file.
     *
     * @return the rows, and an account of what could not be read
     * @throws InvalidInputException if the bytes are not UTF-8
     * @throws StorageException if the file cannot be read
     * @throws IllegalStateException if this reader has read its stream already
     */
    public Imported load() {
      int limit = badCells == null ? BadCells.DEFAULT_LIMIT : badCells;
      TextFormat.Overlap chosen = overlap == null ? TextFormat.Overlap.REFUSED : overlap;
      JsonRows rows = new JsonRows(schema, new TextFormat(zone, chosen, null, '.'), limit);
      try {
        return input.read(
            bytes -> {
              read(bytes, rows);
              return rows.imported();
            });
      } catch (CharacterCodingException e) {
        throw new InvalidInputException("cannot read " + input.name() + ": it is not UTF-8", e);
      } catch (IOException e) {
        throw new StorageException("cannot read " + input.name() + ": " + e, e);
      }
    }

    /** Takes lines that end with a line feed; a carriage return is a blank to JSON. */
    private static void read(InputStream bytes, JsonRows rows) throws IOException {
      InputStreamReader characters =
          new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder());
      char[] chunk = new char[1 << 16];
      StringBuilder line = new StringBuilder();
      for (int n = characters.read(chunk); n >= 0; n = characters.read(chunk)) {
        int from = 0;
        for (int i = 0; i < n; i++) {
          if (chunk[i] == '\n') {
            rows.add(line.append(chunk, from, i - from).toString());
            line.setLength(0);
            from = i + 1;
          }
        }
        line.append(chunk, from, n - from);
      }
      rows.add(line.toString());
    }
  }
}
