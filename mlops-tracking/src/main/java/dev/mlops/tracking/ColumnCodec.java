package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/**
 * Packs the columns of a block of runs.
 *
 * <p>Layout: that of {@link CheckedBytes}. Counts and differences are varints. A column of numbers
 * is 8 bytes a run; one of texts is the number of texts, each as its length and its UTF-8, and for
 * each run one more than the place of its text, or 0.
 */
final class ColumnCodec {

  private ColumnCodec() {}

  /** Packs columns of numbers, one behind the other. */
  static byte[] packNumbers(List<double[]> columns) {
    int runs = columns.get(0).length;
    ByteBuffer bytes =
        CheckedBytes.begin(2 * Varints.WIDEST + columns.size() * runs * Double.BYTES);
    Varints.put(bytes, runs);
    Varints.put(bytes, columns.size());
    for (double[] column : columns) {
      bytes.asDoubleBuffer().put(column);
      bytes.position(bytes.position() + runs * Double.BYTES);
    }
    return CheckedBytes.end(bytes);
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
    ByteBuffer bytes = CheckedBytes.begin(widest(column));
    put(bytes, column);
    return CheckedBytes.end(bytes);
  }

  static TextColumn unpackTexts(byte[] packed) {
    return unpacked(packed, ColumnCodec::texts);
  }

  static byte[] packBase(RunBase base) {
    ByteBuffer bytes =
        CheckedBytes.begin((1 + 4 * base.size()) * Varints.WIDEST + widest(base.parents()));
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
    return CheckedBytes.end(bytes);
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

  private static <T> T unpacked(byte[] packed, Function<ByteBuffer, T> content) {
    return CheckedBytes.read(
        packed,
        "a block of runs",
        "stored columns of runs are damaged; put back a copy of the database",
        content);
  }
}
