package dev.mlops.data;

import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Once;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The options that readers of text files share, and what they read.
 *
 * @param <R> the reader itself
 */
abstract sealed class TextReader<R extends TextReader<R>> permits Csv.Reader, JsonLines.Reader {

  /** The rows of a portion while types are inferred. */
  private static final int ROWS_AT_ONCE = 10_000;

  private final Input input;
  private @Nullable Schema schema;
  private @Nullable ZoneId zone;
  private TextFormat.@Nullable Overlap overlap;
  private @Nullable Integer badCells;

  TextReader(Input input) {
    this.input = input;
  }

  /** Begins to read the bytes of a file. */
  abstract TextRows rows(
      InputStream bytes, @Nullable Schema schema, @Nullable Schema inferred, BadCells bad)
      throws IOException;

  /** Says which encoding the bytes are not of, and what to do. */
  abstract String wrongEncoding();

  abstract R self();

  /**
   * Declares the columns. By default the columns are those of the file, and the type of each is
   * inferred from all of its values.
   *
   * @param schema the columns to read; their order in the file does not matter, and other columns
   *     of the file are left out
   * @return this reader
   * @throws IllegalStateException if it is set already
   */
  public R schema(Schema schema) {
    Once.refuse("schema", this.schema);
    this.schema = schema;
    return self();
  }

  /**
   * Sets the zone of times that do not name one. Such a time has a space or a T before the hour; a
   * date alone means midnight. A local time that does not exist, because clocks skip it, is a bad
   * cell. A local time that occurs twice, because clocks go back, is one too, unless {@link
   * #earlierInOverlap} or {@link #laterInOverlap} is set. By default every time without a zone is a
   * bad cell: a zone is never guessed.
   *
   * @param zone the zone
   * @return this reader
   * @throws IllegalStateException if it is set already
   */
  public R zone(ZoneId zone) {
    Once.refuse("zone", this.zone);
    this.zone = zone;
    return self();
  }

  /**
   * Reads a local time that occurs twice, because clocks go back, as the earlier of its two
   * instants. By default it is a bad cell.
   *
   * @return this reader
   * @throws IllegalStateException if it is set already, by {@link #laterInOverlap} too
   */
  public R earlierInOverlap() {
    return overlap(TextFormat.Overlap.EARLIER);
  }

  /**
   * Reads a local time that occurs twice, because clocks go back, as the later of its two instants.
   * By default it is a bad cell.
   *
   * @return this reader
   * @throws IllegalStateException if it is set already, by {@link #earlierInOverlap} too
   */
  public R laterInOverlap() {
    return overlap(TextFormat.Overlap.LATER);
  }

  private R overlap(TextFormat.Overlap chosen) {
    Once.refuse("overlap", this.overlap);
    this.overlap = chosen;
    return self();
  }

  /**
   * Limits how many bad cells {@link #load} keeps; all are counted. By default 1000.
   *
   * @param limit how many, at least 0
   * @return this reader
   * @throws IllegalStateException if it is set already
   * @throws IllegalArgumentException if it is negative
   */
  public R badCells(int limit) {
    Once.refuse("badCells", this.badCells);
    this.badCells = Input.notNegative("badCells", limit);
    return self();
  }

  /**
   * Reads the file into memory.
   *
   * @return the rows, and an account of what could not be read
   * @throws InvalidInputException if the bytes are not of the encoding, or a CSV file has no header
   *     that can be read, lacks a column of the schema or has one twice
   * @throws NotFoundException if there is no such file
   * @throws StorageException if the file cannot be read
   * @throws IllegalStateException if this reader has read its stream already
   */
  public Imported load() {
    BadCells bad = new BadCells(badCells == null ? BadCells.DEFAULT_LIMIT : badCells);
    Schema declared = schema;
    return reading(
        () ->
            input.read(
                bytes -> {
                  TextRows rows = rows(bytes, declared, null, bad);
                  return declared == null ? rows.readInferring() : rows.read(declared);
                }));
  }

  /**
   * Reads the file in batches, for one that does not fit into memory. A bad cell ends the reading.
   *
   * <p>Without {@link #schema} all of the file is read at once to infer its types, and then again
   * with each iteration. Batches of a file are repeatable, batches of a stream are not.
   *
   * @param rows the most rows of a batch, at least 1
   * @return the rows in order; a batch with a bad cell or a row that cannot be read is an {@link
   *     InvalidInputException} instead
   * @throws InvalidInputException as {@link #load} does; with a schema when the iteration begins
   * @throws NotFoundException if there is no such file
   * @throws StorageException if the file cannot be read
   * @throws IllegalStateException if a stream is to be read without a schema
   */
  public Batches batches(int rows) {
    return batches(rows, () -> new BadCells(BadCells.DEFAULT_LIMIT), true);
  }

  /**
   * Reads the file in batches as {@link #batches(int)} does, but a bad cell does not end the
   * reading: the listener is called with it. The value is then null if its field is nullable; if
   * not, the row is left out.
   *
   * @param rows the most rows of a batch, at least 1
   * @param listener is called with every bad cell, in each iteration again, before its batch is
   *     returned
   * @return the rows in order
   * @throws InvalidInputException as {@link #load} does; with a schema when the iteration begins
   * @throws NotFoundException if there is no such file
   * @throws StorageException if the file cannot be read
   * @throws IllegalStateException if a stream is to be read without a schema
   */
  public Batches batches(int rows, Consumer<? super BadCell> listener) {
    return batches(rows, () -> new BadCells(0, listener), false);
  }

  private Batches batches(int rows, Supplier<BadCells> bad, boolean strict) {
    if (rows < 1) {
      throw new IllegalArgumentException("a batch has at least 1 row: " + rows);
    }
    Schema declared = schema;
    Schema inferred = declared == null ? inferred() : null;
    Supplier<TextBatches> source =
        () ->
            new TextBatches(
                this, input, bytes -> rows(bytes, declared, inferred, bad.get()), strict, rows);
    Schema known = declared == null ? Objects.requireNonNull(inferred) : declared;
    return input.close()
        ? Batches.repeatable(known, input.name(), source, () -> {})
        : Batches.once(known, input.name(), source);
  }

  private Schema inferred() {
    if (!input.close()) {
      throw new IllegalStateException(
          "a stream can be read once, and inferring types takes a reading of its own; declare the"
              + " columns with schema(...), or read a file");
    }
    return reading(
        () ->
            input.read(
                bytes -> rows(bytes, null, null, new BadCells(0)).inferSchema(ROWS_AT_ONCE)));
  }

  final TextFormat format(@Nullable DateTimeFormatter times, char decimal) {
    TextFormat.Overlap chosen = overlap == null ? TextFormat.Overlap.REFUSED : overlap;
    return new TextFormat(zone, chosen, times, decimal);
  }

  /** Reads something of the file, and says of a failure which file it was. */
  final <T> T reading(Input.Work<T> reading) {
    try {
      return reading.read();
    } catch (InvalidInputException e) {
      throw new InvalidInputException("cannot read " + input.name() + ": " + e.getMessage(), e);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          "cannot read " + input.name() + ": it is not " + wrongEncoding(), e);
    } catch (IOException e) {
      throw FileFailure.of("cannot read " + input.name(), e);
    }
  }
}
