package dev.mlops.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The digest of a dataset's content, whatever its layout.
 *
 * <p>Digested are a version, the schema, the number of rows, and for each column the bits of the
 * rows present followed by the values, all little-endian. Whatever may differ between equal tables
 * is made equal first: a null's slot counts as zero, any NaN as the one of {@link
 * Double#doubleToLongBits}, and strings are numbered in the order in which rows first have them. So
 * the digest is the same however the rows are stored.
 */
final class DatasetDigest {

  private static final String VERSION = "dev.mlops dataset 1\n";

  private final MessageDigest digest = Digest.sha256();
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

  private DatasetDigest() {}

  static Digest of(Dataset dataset) {
    DatasetDigest of = new DatasetDigest();
    of.text(VERSION);
    of.text(dataset.schema().toJson());
    of.room(Integer.BYTES).putInt(dataset.rowCount());
    for (String name : dataset.schema().names()) {
      of.column(dataset.column(name));
    }
    of.flush();
    return Digest.finish(of.digest);
  }

  private void column(Column column) {
    Bits present = BufferColumn.of(column).present();
    for (int from = 0; from < column.size(); from += Long.SIZE) {
      room(Long.BYTES).putLong(present == null ? all(column.size() - from) : present.word(from));
    }
    switch (column.dataType().kind()) {
      case BOOLEAN -> booleans((Column.OfBoolean) column);
      case INT64 -> longs((Column.OfLong) column);
      case FLOAT32 -> floats((Column.OfFloat) column);
      case FLOAT64 -> doubles((Column.OfDouble) column);
      case STRING -> strings((Column.OfString) column);
      case INSTANT -> instants((Column.OfInstant) column);
      case VECTOR -> vectors((Column.OfVector) column);
    }
  }

  private static long all(int rows) {
    return rows >= Long.SIZE ? -1L : (1L << rows) - 1;
  }

  private void booleans(Column.OfBoolean column) {
    for (int row = 0; row < column.size(); row++) {
      room(1).put((byte) (!column.isNull(row) && column.get(row) ? 1 : 0));
    }
  }

  private void longs(Column.OfLong column) {
    for (int row = 0; row < column.size(); row++) {
      room(Long.BYTES).putLong(column.isNull(row) ? 0 : column.get(row));
    }
  }

  private void instants(Column.OfInstant column) {
    for (int row = 0; row < column.size(); row++) {
      room(Long.BYTES).putLong(column.isNull(row) ? 0 : column.micros(row));
    }
  }

  private void floats(Column.OfFloat column) {
    for (int row = 0; row < column.size(); row++) {
      room(Float.BYTES).putInt(column.isNull(row) ? 0 : Float.floatToIntBits(column.get(row)));
    }
  }

  private void doubles(Column.OfDouble column) {
    for (int row = 0; row < column.size(); row++) {
      room(Double.BYTES).putLong(column.isNull(row) ? 0 : Double.doubleToLongBits(column.get(row)));
    }
  }

  private void strings(Column.OfString column) {
    int[] numbers = new int[column.dictionary().size()];
    Arrays.fill(numbers, -1);
    int[] order = new int[numbers.length];
    int count = 0;
    for (int row = 0; row < column.size(); row++) {
      int code = column.code(row);
      if (code >= 0 && numbers[code] < 0) {
        order[count] = code;
        numbers[code] = count++;
      }
      room(Integer.BYTES).putInt(code < 0 ? 0 : numbers[code]);
    }
    room(Integer.BYTES).putInt(count);
    for (int i = 0; i < count; i++) {
      text(column.dictionary().get(order[i]));
    }
  }

  private void vectors(Column.OfVector column) {
    float[] vector = new float[column.size() == 0 ? 0 : column.dimension()];
    for (int row = 0; row < column.size(); row++) {
      Arrays.fill(vector, 0);
      if (!column.isNull(row)) {
        column.read(row, vector);
      }
      for (float value : vector) {
        room(Float.BYTES).putInt(Float.floatToIntBits(value));
      }
    }
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    room(Integer.BYTES).putInt(bytes.length);
    flush();
    digest.update(bytes);
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void flush() {
    digest.update(buffer.flip());
    buffer.clear();
  }
}
