package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Packs the columns of a block of runs.
 *
 * <p>Layout: a version byte, the content, and the CRC-32C of both, so that a changed bit is told
 * and not read as another value. Counts and differences are varints. A column of numbers is 8 bytes
 * a run; one of texts is the number of texts, each as its length and its UTF-8, and for each run
 * one more than the place of its text, or 0.
 */
final class ColumnCodec {

  private static final byte VERSION = 1;

  private ColumnCodec() {}

  /** What is read from the content of a column. */
  @FunctionalInterface
  private interface Content<T> {
    T read(ByteBuffer bytes);
  }

  /** Packs columns of numbers, one behind the other. */
  static byte[] packNumbers(List<double[]> columns) {
    int runs = columns.get(0).length;
    ByteBuffer bytes = begun(2 * Varints.WIDEST + columns.size() * runs * Double.BYTES);
    Varints.put(bytes, runs);
    Varints.put(bytes, columns.size());
    for (double[] column : columns) {
      bytes.asDoubleBuffer().put(column);
      bytes.position(bytes.position() + runs * Double.BYTES);
    }
    return ended(bytes);
  }

  static List<NumberColumn> unpackNumbers(byte[] packed) {
    return unpacked(
        packed,
        bytes -> {
          int runs = count(bytes);
          int columns = count(bytes);
          List<NumberColumn> read = new ArrayList<>();
          for (int i = 0; i < columns; i++) {
            double[] values = new double[runs];
            bytes.asDoubleBuffer().get(values);
            bytes.position(bytes.position() + runs * Double.BYTES);
            read.add(new NumberColumn(values));
          }
          return List.copyOf(read);
        });
  }

  static byte[] packTexts(TextColumn column) {
    ByteBuffer bytes = begun(widest(column));
    put(bytes, column);
    return ended(bytes);
  }

  static TextColumn unpackTexts(byte[] packed) {
    return unpacked(packed, ColumnCodec::texts);
  }

  static byte[] packBase(RunBase base) {
    ByteBuffer bytes = begun((1 + 4 * base.size()) * Varints.WIDEST + widest(base.parents()));
    Varints.put(bytes, base.size());
    long id = 0;
    long start = 0;
    for (int run = 0; run < base.size(); run++) {
      Varints.put(bytes, Varints.zigzag(base.id(run) - id));
      Varints.put(bytes, Varints.zigzag(base.start(run) - start));
      Varints.put(bytes, Varints.zigzag(base.end(run) - base.start(run)));
      Varints.put(bytes, base.deleted(run) ? 1 : 0);
      id = base.id(run);
      start = base.start(run);
    }
    put(bytes, base.parents());
    return ended(bytes);
  }

  static RunBase unpackBase(byte[] packed) {
    return unpacked(
        packed,
        bytes -> {
          int runs = count(bytes);
          long[] ids = new long[runs];
          long[] starts = new long[runs];
          long[] ends = new long[runs];
          BitSet deleted = new BitSet();
          long id = 0;
          long start = 0;
          for (int run = 0; run < runs; run++) {
            id += Varints.unzigzag(Varints.get(bytes));
            start += Varints.unzigzag(Varints.get(bytes));
            ids[run] = id;
            starts[run] = start;
            ends[run] = start + Varints.unzigzag(Varints.get(bytes));
            deleted.set(run, Varints.get(bytes) != 0);
          }
          return new RunBase(ids, starts, ends, texts(bytes), deleted);
        });
  }

  private static int widest(TextColumn column) {
    int texts = column.texts().stream().mapToInt(text -> 5 + 3 * text.length()).sum();
    return 2 * Varints.WIDEST + texts + 5 * column.size();
  }

  private static void put(ByteBuffer bytes, TextColumn column) {
    Varints.put(bytes, column.texts().size());
    for (String text : column.texts()) {
      byte[] utf8 = text.getBytes(UTF_8);
      Varints.put(bytes, utf8.length);
      bytes.put(utf8);
    }
    Varints.put(bytes, column.size());
    for (int run = 0; run < column.size(); run++) {
      Varints.put(bytes, column.code(run) + 1L);
    }
  }

  private static TextColumn texts(ByteBuffer bytes) {
    int count = count(bytes);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] utf8 = new byte[count(bytes)];
      bytes.get(utf8);
      texts.add(new String(utf8, UTF_8));
    }
    int[] codes = new int[count(bytes)];
    for (int run = 0; run < codes.length; run++) {
      codes[run] = Math.toIntExact(Varints.get(bytes)) - 1;
    }
    return new TextColumn(List.copyOf(texts), codes);
  }

  /** No count is greater than the bytes that are left, so a damaged one takes no memory. */
  private static int count(ByteBuffer bytes) {
    long count = Varints.get(bytes);
    if (count < 0 || count > bytes.remaining()) {
      throw new IllegalArgumentException("a count of " + count);
    }
    return (int) count;
  }

  private static ByteBuffer begun(int size) {
    return ByteBuffer.allocate(1 + size + Integer.BYTES).put(VERSION);
  }

  private static byte[] ended(ByteBuffer bytes) {
    bytes.putInt(checksum(bytes, bytes.position()));
    byte[] exact = new byte[bytes.flip().remaining()];
    bytes.get(exact);
    return exact;
  }

  private static int checksum(ByteBuffer bytes, int end) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.duplicate().position(0).limit(end));
    return (int) checksum.getValue();
  }

  private static <T> T unpacked(byte[] packed, Content<T> content) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(packed);
      NewerFormException.requireKnown("a block of runs", Byte.toUnsignedInt(bytes.get()), VERSION);
      int end = bytes.limit() - Integer.BYTES;
      if (end < 1 || bytes.getInt(end) != checksum(bytes, end)) {
        throw new IllegalArgumentException("the checksum of a block is another one");
      }
      return content.read(bytes.limit(end));
    } catch (IllegalArgumentException | BufferUnderflowException | ArithmeticException e) {
      throw new StorageException(
          "stored columns of runs are damaged; put back a copy of the database", e);
    }
  }
}
