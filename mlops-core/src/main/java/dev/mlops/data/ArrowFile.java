package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Datasets as files in the Arrow IPC format, which pandas, Polars, R and DuckDB open as they are.
 *
 * <p>Written are: {@code BOOLEAN} as bool, {@code INT64} as int64, {@code FLOAT32} and {@code
 * FLOAT64} as float and double, {@code STRING} of a dataset as a dictionary of utf8 with int32
 * indices and of batches as utf8, {@code INSTANT} as timestamp[us, UTC], {@code VECTOR} as
 * fixed_size_list of float. Nothing is compressed, and every buffer begins at a multiple of 64
 * bytes. A file may have any size; the parts of one batch are in memory at a time while it is
 * written.
 *
 * <p>Read are these, and also: smaller and unsigned integers of up to 32 bits as {@code INT64};
 * utf8 and large_utf8, plain or as a dictionary with indices of any width; timestamps of any unit
 * and any time zone, as the same instant, if none is finer than a microsecond; date32 as midnight
 * in UTC; a column of type null as {@code STRING}. Metadata is ignored.
 */
public final class ArrowFile {

  /** The largest size of an array that every virtual machine grants. */
  private static final int LARGEST_STREAM = Integer.MAX_VALUE - 8;

  private ArrowFile() {}

  /**
   * Opens a file by mapping it into memory: nothing is copied and pages are read when they are
   * touched, as long as the file has one record batch and its types need no conversion. The parts
   * of several record batches are copied into one; {@link #batches} does not copy them.
   *
   * <p>The file must not be changed or cut short as long as the dataset is in use; replacing it, as
   * {@link #write(Dataset, Path)} does, is fine. The mapping is released when the garbage collector
   * finds that neither the dataset nor a part of it is in use any more; Windows does not delete the
   * file before.
   *
   * @param file the file
   * @return its rows
   * @throws InvalidInputException if it is no whole Arrow file, or holds types that no column can
   *     hold; the message names the file, the column and the way out
   * @throws NotFoundException if there is no such file
   * @throws StorageException if the file cannot be read
   */
  public static Dataset open(Path file) {
    requireNonNull(file, "file");
    return reading(
        file,
        () -> {
          try (ArrowSource source = ArrowSource.of(file)) {
            return ArrowReader.open(source).read();
          }
        });
  }

  /**
   * Opens a file as batches, one per record batch, each mapped into memory as {@link #open} does.
   * Repeatable. The file stays open until the batches are closed, and the batches show it as it was
   * when it was opened, even if it is replaced.
   *
   * @param file the file
   * @return its rows
   * @throws InvalidInputException as {@link #open} does; one for a part of a file comes when that
   *     part is reached
   * @throws NotFoundException if there is no such file
   * @throws StorageException if the file cannot be read
   */
  public static Batches batches(Path file) {
    requireNonNull(file, "file");
    return reading(file, () -> ArrowBatches.open(file));
  }

  /** Reads, and says of a failure which file it was. */
  static <T> T reading(Path file, Input.Work<T> reading) {
    try {
      return reading.read();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "cannot read " + file.toAbsolutePath() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw FileFailure.of("cannot read " + file.toAbsolutePath(), e);
    }
  }

  /**
   * Reads a file of less than 2 GiB from a stream, to the stream's end; it is left open.
   *
   * @param bytes the file's bytes
   * @return its rows
   * @throws InvalidInputException as {@link #open} does, or if there are more bytes
   * @throws StorageException if the stream cannot be read
   */
  public static Dataset read(InputStream bytes) {
    requireNonNull(bytes, "bytes");
    try (ArrowSource source = ArrowSource.of(ByteBuffer.wrap(atMost(bytes, LARGEST_STREAM)))) {
      return ArrowReader.open(source).read();
    } catch (IOException e) {
      throw new StorageException(
          "cannot read an Arrow file from a stream: " + FileFailure.reason(e), e);
    }
  }

  static byte[] atMost(InputStream bytes, int most) throws IOException {
    byte[] all = bytes.readNBytes(most);
    if (all.length == most && bytes.read() >= 0) {
      throw new InvalidInputException(
          "the Arrow file has more than "
              + Plural.of(most, "byte")
              + ", too many for a stream; put it in a file and open that");
    }
    return all;
  }

  /**
   * Writes a dataset to a file, which is replaced at once when all is written.
   *
   * @param dataset the rows
   * @param file the file to make or replace, in a directory that exists
   * @throws StorageException if the file cannot be written
   */
  public static void write(Dataset dataset, Path file) {
    requireNonNull(dataset, "dataset");
    NewFile.write(file, channel -> write(dataset, ArrowSink.to(channel)));
  }

  /**
   * Writes batches to a file, one record batch each unless that is larger than 2 GB; empty batches
   * are left out. The file is replaced at once when all is written.
   *
   * @param batches the rows
   * @param file the file to make or replace, in a directory that exists
   * @throws StorageException if the file cannot be written
   */
  public static void write(Batches batches, Path file) {
    requireNonNull(batches, "batches");
    NewFile.write(file, channel -> write(batches, ArrowSink.to(channel)));
  }

  /**
   * Writes a dataset to a stream, which is left open.
   *
   * @param dataset the rows
   * @param out where the bytes go
   * @throws StorageException if the stream cannot be written
   */
  public static void write(Dataset dataset, OutputStream out) {
    requireNonNull(out, "out");
    writing(() -> write(dataset, ArrowSink.to(out)));
  }

  /**
   * Writes batches to a stream, which is left open, as {@link #write(Batches, Path)} does.
   *
   * @param batches the rows
   * @param out where the bytes go
   * @throws StorageException if the stream cannot be written
   */
  public static void write(Batches batches, OutputStream out) {
    requireNonNull(out, "out");
    writing(() -> write(batches, ArrowSink.to(out)));
  }

  private static void write(Dataset dataset, ArrowSink sink) throws IOException {
    Dataset compact = ArrowWriter.compact(dataset);
    write(Batches.of(compact), ArrowWriter.encoded(sink, compact));
  }

  private static void write(Batches batches, ArrowSink sink) throws IOException {
    write(batches, ArrowWriter.plain(sink, batches.schema()));
  }

  static void write(Batches batches, ArrowWriter writer) throws IOException {
    writer.begin();
    try (BatchIterator parts = batches.begin()) {
      while (parts.hasNext()) {
        writer.add(parts.next());
      }
    }
    writer.end();
  }

  private interface Writing {
    void write() throws IOException;
  }

  private static void writing(Writing writing) {
    try {
      writing.write();
    } catch (IOException e) {
      throw new StorageException(
          "cannot write an Arrow file to a stream: " + FileFailure.reason(e), e);
    }
  }

  /**
   * Returns the bytes of the file that {@link #write(Dataset, OutputStream)} writes, as a stream
   * for those who read one, for example {@code ArtifactStore.write}. They are made while they are
   * read.
   *
   * @param dataset the rows
   * @return the file's bytes
   */
  public static InputStream stream(Dataset dataset) {
    requireNonNull(dataset, "dataset");
    Dataset compact = ArrowWriter.compact(dataset);
    return new ArrowInputStream(
        sink -> ArrowWriter.encoded(sink, compact), Batches.of(compact).begin());
  }

  /**
   * Returns the bytes of the file that {@link #write(Batches, OutputStream)} writes, as a stream
   * for those who read one, for example {@code ArtifactStore.write}. They are made while they are
   * read, from one batch after the other. A failure of the batches is thrown as it is.
   *
   * @param batches the rows, of which this begins an iteration
   * @return the file's bytes; to be closed, which ends the iteration
   */
  public static InputStream stream(Batches batches) {
    requireNonNull(batches, "batches");
    return new ArrowInputStream(sink -> ArrowWriter.plain(sink, batches.schema()), batches.begin());
  }
}
