package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
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
 * FLOAT64} as float and double, {@code STRING} as a dictionary of utf8 with int32 indices, {@code
 * INSTANT} as timestamp[us, UTC], {@code VECTOR} as fixed_size_list of float. Nothing is
 * compressed, and every buffer begins at a multiple of 64 bytes.
 *
 * <p>Read are these, and also: smaller and unsigned integers of up to 32 bits as {@code INT64};
 * utf8 and large_utf8, plain or as a dictionary with indices of any width; timestamps of any unit
 * and any time zone, as the same instant, if none is finer than a microsecond; date32 as midnight
 * in UTC; a column of type null as {@code STRING}. Metadata is ignored.
 */
public final class ArrowFile {

  /** The most bytes of a record batch: readers with 32-bit offsets can take it. */
  private static final long BATCH_BYTES = 2_000_000_000;

  /** The largest size of an array that every virtual machine grants. */
  private static final int LARGEST_STREAM = Integer.MAX_VALUE - 8;

  private ArrowFile() {}

  /**
   * Opens a file by mapping it into memory: nothing is copied and pages are read when they are
   * touched, as long as the file has one record batch and its types need no conversion. The file
   * must not be changed or cut short as long as the dataset is in use; replacing it, as {@link
   * #write(Dataset, Path)} does, is fine.
   *
   * @param file the file
   * @return its rows
   * @throws InvalidInputException if it is no whole Arrow file, or holds types that no column can
   *     hold; the message names the file, the column and the way out
   * @throws StorageException if the file cannot be read
   */
  public static Dataset open(Path file) {
    try (ArrowSource source = ArrowSource.of(file)) {
      return new ArrowReader(source).read();
    } catch (InvalidInputException e) {
      throw new InvalidInputException("cannot read " + file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StorageException("cannot read " + file + ": " + e, e);
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
    try (ArrowSource source = ArrowSource.of(ByteBuffer.wrap(atMost(bytes, LARGEST_STREAM)))) {
      return new ArrowReader(source).read();
    } catch (IOException e) {
      throw new StorageException("cannot read an Arrow file from a stream: " + e, e);
    }
  }

  static byte[] atMost(InputStream bytes, int most) throws IOException {
    byte[] all = bytes.readNBytes(most);
    if (all.length == most && bytes.read() >= 0) {
      throw new InvalidInputException(
          "the Arrow file has more than "
              + most
              + " bytes, too many for a stream; put it in a file and open that");
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
    NewFile.write(
        file,
        channel -> new ArrowWriter(ArrowSink.to(channel), dataset).write(rowsPerBatch(dataset)));
  }

  /**
   * Writes a dataset to a stream, which is left open.
   *
   * @param dataset the rows
   * @param out where the bytes go
   * @throws StorageException if the stream cannot be written
   */
  public static void write(Dataset dataset, OutputStream out) {
    write(dataset, out, rowsPerBatch(dataset));
  }

  static void write(Dataset dataset, OutputStream out, int rowsPerBatch) {
    try {
      new ArrowWriter(ArrowSink.to(out), dataset).write(rowsPerBatch);
    } catch (IOException e) {
      throw new StorageException("cannot write an Arrow file to a stream: " + e, e);
    }
  }

  private static int rowsPerBatch(Dataset dataset) {
    long bytes =
        dataset.schema().fields().stream().mapToLong(field -> rowBytes(field.type())).sum();
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, BATCH_BYTES / Math.max(1, bytes)));
  }

  /** An upper bound of the bytes of a value, its share of the validity bits included. */
  private static long rowBytes(DataType type) {
    return 1L + (type.kind() == DataType.Kind.VECTOR ? 4L * type.dimension() : Long.BYTES);
  }
}
