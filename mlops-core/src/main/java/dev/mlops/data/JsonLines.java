package dev.mlops.data;

import dev.mlops.error.FileFailure;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
    write(Batches.of(dataset), file);
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
    write(Batches.of(dataset), out);
  }

  /**
   * Writes batches to a file as {@link #write(Dataset, Path)} does.
   *
   * @param batches the rows
   * @param file the file to make or replace, in a directory that exists
   * @throws StorageException if the file cannot be written
   */
  public static void write(Batches batches, Path file) {
    Objects.requireNonNull(batches, "batches");
    NewFile.write(file, channel -> JsonOutput.write(batches, Channels.newOutputStream(channel)));
  }

  /**
   * Writes batches to a stream as {@link #write(Dataset, Path)} does; the stream is left open.
   *
   * @param batches the rows
   * @param out where the bytes go
   * @throws StorageException if the stream cannot be written
   */
  public static void write(Batches batches, OutputStream out) {
    Objects.requireNonNull(batches, "batches");
    Objects.requireNonNull(out, "out");
    try {
      JsonOutput.write(batches, out);
    } catch (IOException e) {
      throw new StorageException("cannot write JSON to a stream: " + FileFailure.reason(e), e);
    }
  }

  /**
   * The options of one reading. Each may be set once. Used by one thread.
   *
   * <p>A line ends with a line feed; blank ones are skipped. Without a schema every name in the
   * file is a column, in the order in which they are met. What cannot be read never stops {@link
   * #load}: it is counted and kept for {@link Imported}.
   */
  public static final class Reader extends TextReader<Reader> {

    private Reader(Input input) {
      super(input);
    }

    @Override
    TextRows rows(
        InputStream bytes, @Nullable Schema schema, @Nullable Schema inferred, BadCells bad) {
      return new JsonRows(
          new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()),
          schema,
          format(null, '.'),
          bad,
          inferred);
    }

    @Override
    String wrongEncoding() {
      return "UTF-8";
    }

    @Override
    Reader self() {
      return this;
    }
  }
}
